import * as pulumi from "@pulumi/pulumi";
import { BackupBucket } from "../../components/backupBucket";
import { only, record } from "./recorder";

const make = () =>
  new BackupBucket("copies", {
    ...{ bucket: "gamelenders-copies", region: "it-mil", label: "gamelenders-prod-copies" },
    ...{ deletedDays: 90, operatorCidrs: ["203.0.113.7/32"], protect: true },
  });

describe("a bucket for copies off the servers", () => {
  it("has keys that are limited to it: one for servers, one for pruning, one that reads, for watching", async () => {
    const made = await record(make);
    const keys = made.filter(({ type }) => type === "linode:index/objectStorageKey:ObjectStorageKey");
    const key = (what: string, permissions: string) => ({
      label: `gamelenders-prod-copies-${what}`,
      bucketAccesses: [{ bucketName: "gamelenders-copies", permissions, region: "it-mil" }],
    });
    expect(keys.map(({ inputs }) => inputs)).toEqual([
      key("servers", "read_write"),
      key("pruning", "read_write"),
      key("watching", "read_only"),
    ]);
  });

  it("is guarded against the servers' key, which no argument shows", async () => {
    const guard = only(await record(make), { name: "copies-guard" }).inputs;
    expect(guard.create).toBe("node --import tsx cli/offsite/guard.ts");
    expect(guard.update).toBe(guard.create);
    const { secret } = guard.stdin as { secret: string };
    expect(JSON.parse(secret)).toEqual({
      ...{ bucket: "gamelenders-copies", region: "it-mil", endpoint: "https://it-mil-1.linodeobjects.com" },
      ...{ deletedDays: 90, operatorCidrs: ["203.0.113.7/32"] },
      serverKey: { accessKey: "ACCESScopies-server-key", secretKey: "secret-of-copies-server-key" },
    });
  });

  it("gives servers their key only, as a secret, after the guard", async () => {
    let access: object | undefined;
    const secrets: boolean[] = [];
    await record(() => {
      const copies = make();
      pulumi.output(copies.access).apply((value) => (access = value));
      for (const output of [copies.access, copies.pruning]) void pulumi.isSecret(output).then((is) => secrets.push(is));
    });
    expect(access).toEqual({
      ...{ bucket: "gamelenders-copies", region: "us-east-1", endpoint: "https://it-mil-1.linodeobjects.com" },
      ...{ accessKey: "ACCESScopies-server-key", secretKey: "secret-of-copies-server-key" },
    });
    expect(secrets).toEqual([true, true]);
  });
});
