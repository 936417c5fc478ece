import { backups } from "../../../configBackups";
import { makeBackupKey } from "../../../cli/site/init";

function stack(config: Record<string, unknown>) {
  const set: unknown[][] = [];
  return {
    set,
    configFile: "Pulumi.prod.yaml",
    config: () => Promise.resolve(config),
    setValue: (...values: unknown[]) => Promise.resolve(void set.push(values)),
  };
}

describe("./site init", () => {
  it("puts a key that the configuration takes into the stack's file, encrypted", async () => {
    const prod = stack({ site: "gamelenders" });
    const key = await makeBackupKey(prod);
    expect(prod.set).toEqual([["Pulumi.prod.yaml", "trinode:backups.key", key, true]]);
    expect(backups.parse({ key }).key).toBe(key);
  });

  it("makes another one each time", async () => {
    expect(await makeBackupKey(stack({}))).not.toBe(await makeBackupKey(stack({})));
  });

  it("never replaces a key that is there: copies are encrypted with it", async () => {
    const prod = stack({ backups: { key: "the one that copies are encrypted with" } });
    expect(await makeBackupKey(prod)).toBeUndefined();
    expect(prod.set).toEqual([]);
  });
});
