import { withOwnersKey } from "../../../cli/offsite/ownersKey";
import { TestCloud } from "../../local/api/client";

describe("a key that may set a bucket's policy", () => {
  let cloud: TestCloud;
  beforeEach(async () => (cloud = await TestCloud.start()));
  afterEach(() => cloud.stop());

  const env = () => ({ LINODE_URL: cloud.url, LINODE_TOKEN: "test" });
  const labels = async () => {
    const { body } = await cloud.call("GET", "/object-storage/keys");
    return (body as { data: { label: string }[] }).data.map(({ label }) => label);
  };

  it("exists while it is used, and no longer, whatever becomes of the work", async () => {
    const during = await withOwnersKey(env(), "fr-par", labels);
    expect(during).toEqual([expect.stringMatching(/^trinode-guard-\d+$/)]);
    const failing = withOwnersKey(env(), "fr-par", () => Promise.reject(new Error("refused")));
    await expect(failing).rejects.toThrow("refused");
    expect(await labels()).toEqual([]);
  });

  it("of a run that was killed goes with the next one; one that may be in use stays, and those of others", async () => {
    const kept = ["backups-servers", `trinode-guard-${Date.now() - 60_000}`];
    for (const label of [...kept, `trinode-guard-${Date.now() - 3_600_000}`])
      await cloud.call("POST", "/object-storage/keys", { label, regions: ["fr-par"] });
    await withOwnersKey(env(), "fr-par", () => Promise.resolve());
    expect(await labels()).toEqual(kept);
  });
});
