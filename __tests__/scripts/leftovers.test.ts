import { spawnSync } from "node:child_process";

const put = (time: string, names: string[]) =>
  spawnSync("bash", ["-c", '. scripts/lib/leftovers.sh; put_aside_before "$1"', "test", time], {
    input: names.map((name) => `${name}\n`).join(""),
    encoding: "utf8",
  }).stdout.split("\n");

describe("what restores have put aside", () => {
  it("goes by the time in its name", () => {
    const names = [
      "trinode_before_20260101t021500z",
      "trinode_before_20260131t021459z",
      "trinode_before_20260131t021500z",
    ];
    expect(put("20260131T021500Z", names)).toEqual([names[0], names[1], ""]);
    const folders = [
      "/srv/shop/shared/media.before-20260101T021500Z",
      "/srv/shop/shared/media.before-20270101T021500Z",
    ];
    expect(put("20260131T021500Z", folders)).toEqual([folders[0], ""]);
  });

  it("stays when its name has no time", () => {
    expect(put("20260131T021500Z", ["trinode_before_me", "media.before-20", "ocrprojet13", ""])).toEqual([""]);
  });
});
