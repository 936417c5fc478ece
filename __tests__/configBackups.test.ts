import { backups } from "../configBackups";

const key = "0123456789abcdef0123456789abcdef";
const offsite = {
  endpoint: "https://fr-par-1.linodeobjects.com/",
  bucket: "gamelenders-backups",
  region: "fr-par-1",
  accessKey: "AKIA",
  secretKey: "very-secret",
};

const mistakes = (value: unknown) => {
  const { error } = backups.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("the configuration of backups", () => {
  it("copies every night and keeps what the dossier says, unless told otherwise", () => {
    expect(backups.parse({})).toEqual({
      schedule: "*-*-* 02:15",
      drill: "Sun *-*-* 04:30",
      keep: { all: "7d", daily: "3m", weekly: "1y" },
    });
  });

  it("leaves Linode's own backups of machines as they are, or has them made, at a time of choice", () => {
    expect(backups.parse({})).not.toHaveProperty("machines");
    for (const machines of [true, false, { day: "Sunday", window: "W22" }])
      expect(backups.parse({ machines })).toMatchObject({ machines });
    expect(mistakes({ machines: { window: "W3" } })).toHaveLength(1);
    expect(mistakes({ machines: { day: "sunday" } })).toHaveLength(1);
  });

  it("takes a bucket", () => {
    expect(backups.parse({ key, offsite }).offsite).toEqual({
      ...offsite,
      endpoint: "https://fr-par-1.linodeobjects.com",
    });
  });

  it.each([
    ["a bucket without a key", { offsite }, "key: is missing: copies in a bucket are encrypted with it"],
    [
      "http",
      { key, offsite: { ...offsite, endpoint: "http://s3.example.org" } },
      '"http://s3.example.org" is not an S3',
    ],
    ["a time without a unit", { keep: { all: "7" } }, 'keep.all: "7" is not a time'],
    ["cron's schedule", { schedule: "15 2 * * *" }, "is cron's way to write it"],
    ["a prefix that leaves its folder", { key, offsite: { ...offsite, prefix: "../other" } }, "is not a folder"],
  ])("refuses %s, and says what to do", (_, value, message) => {
    expect(mistakes(value)).toEqual([expect.stringContaining(message)]);
  });

  it("takes other keys for whoever watches and whoever prunes", () => {
    const prune = { accessKey: "p", secretKey: "q" };
    expect(backups.parse({ key, offsite: { ...offsite, prune } }).offsite).toMatchObject({ prune });
    expect(mistakes({ key, offsite: { ...offsite, prune: { accessKey: "p" } } })).toHaveLength(1);
  });

  it("takes a bucket of Linode's instead", () => {
    const linode = { bucket: "gamelenders-copies", region: "it-mil" };
    expect(backups.parse({ key, linode }).linode).toEqual({ ...linode, deletedDays: 90 });
    expect(mistakes({ linode })).toEqual([expect.stringContaining("key: is missing")]);
    expect(mistakes({ key, linode, offsite })).toEqual([expect.stringContaining("offsite: cannot be together with")]);
    expect(mistakes({ key, linode: { ...linode, deletedDays: 1 } })).toHaveLength(1);
    expect(mistakes({ key, linode: { ...linode, region: "Milan" } })).toEqual([
      expect.stringContaining('linode.region: "Milan" is not a region'),
    ]);
  });

  it("never says a key", () => {
    const said = mistakes({
      key: "too short",
      offsite: { ...offsite, accessKey: "an access key", secretKey: "a secret key" },
    });
    expect(said).toHaveLength(3);
    expect(said.join()).not.toContain("hunter");
  });
});
