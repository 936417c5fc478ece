import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { type BareHost, BareHosts, onHost } from "../../bench/hosts";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, localEnvironment, type LocalSettings, localUp } from "../../cli/localLinode";
import { addressesOf } from "../../local/hosts/nspawn/addressing";
import { sleep } from "../../local/hosts/nspawn/process";
import { BucketClient, type Key, refusal } from "./support/objects";

const local: LocalSettings = { directory: ".test/objects", port: 8410, slot: 10 };
const there = (name: string) => resolve(local.directory, name);
const { objects: endpoint, operator } = addressesOf(local.slot);
const BUCKET = "my-backups";
/** The server may have to be built, and a host's image. */
const BUILD_MS = 900_000;
jest.setTimeout(120_000);

let api: LinodeApi;
let owner: BucketClient;
let limited: BucketClient;
let reader: BucketClient;

beforeAll(async () => {
  await remove(); // what an interrupted run left
  await localUp(local);
  api = new LinodeApi(await localEnvironment(local));
}, BUILD_MS);
afterAll(remove, 120_000);

async function remove(): Promise<void> {
  if (existsSync(local.directory)) await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
}

const client = (key: Key) => new BucketClient(endpoint, there("ca.pem"), key, BUCKET);
const keyOf = (permissions?: string) =>
  api.call<Key>("POST", "/object-storage/keys", {
    label: permissions ?? "owner",
    ...(permissions && { bucket_access: [{ bucket_name: BUCKET, region: "fr-par", permissions }] }),
  });

describe("Object Storage on the local Linode", () => {
  it("is not there before it is used", () => {
    expect(existsSync(there("objects"))).toBe(false);
  });

  it(
    "makes buckets and keys that work over HTTPS",
    async () => {
      await api.call("POST", "/object-storage/buckets", { label: BUCKET, region: "fr-par" });
      await api.call("POST", "/object-storage/buckets", { label: "somebody-elses", region: "fr-par" });
      [owner, limited, reader] = [await keyOf(), await keyOf("read_write"), await keyOf("read_only")].map(client) as [
        BucketClient,
        BucketClient,
        BucketClient,
      ];
      await owner.put("hello", "world");
      expect(await reader.get("hello")).toBe("world");
      const bucket = await api.call("GET", `/object-storage/buckets/fr-par/${BUCKET}`);
      expect(bucket).toMatchObject({ objects: 1, size: 5, s3_endpoint: endpoint });
    },
    BUILD_MS,
  );

  it("lets a limited key do what it says, and nothing else", async () => {
    await limited.put("mine", "1");
    expect(await refusal(reader.put("mine", "2"))).toBe("AccessDenied");
    const elsewhere = new BucketClient(endpoint, there("ca.pem"), await keyOf("read_write"), "somebody-elses");
    expect(await refusal(elsewhere.put("a", "b"))).toBe("AccessDenied");
    const { Buckets = [], Owner } = await limited.s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name).sort()).toEqual([BUCKET, "somebody-elses"]);
    // As at Linode: policies cannot tell the account's keys apart.
    expect((await owner.s3.send(new ListBucketsCommand({}))).Owner).toEqual(Owner);
  });

  it("takes any name that an object can have", async () => {
    const names = ["a b", "100%", "a%20b", "ä/ö ü+&=?", "x;y:z@'()*!~"];
    for (const name of names) await limited.put(`names/${name}`, name);
    for (const name of names) expect(await limited.get(`names/${name}`)).toBe(name);
    const found = (await limited.versions()).map(({ key }) => key).filter((key) => key.startsWith("names/"));
    expect(found.sort()).toEqual(names.map((name) => `names/${name}`).sort());
    for (const name of names) await limited.remove(`names/${name}`);
  });

  it("forgets a key at once", async () => {
    const key = await keyOf("read_write");
    const gone = client(key);
    await gone.put("x", "y");
    await api.call("DELETE", `/object-storage/keys/${key.id}`);
    expect(await refusal(gone.put("x", "z"))).toBe("InvalidAccessKeyId");
  });

  it("keeps versions", async () => {
    const VersioningConfiguration = { Status: "Enabled" as const };
    await owner.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    const first = await limited.put("versioned", "first");
    await limited.put("versioned", "second");
    await limited.remove("versioned");
    expect(await refusal(limited.get("versioned"))).toBe("NoSuchKey");
    expect(await limited.get("versioned", first)).toBe("first");
  });

  it("expires former versions and what is left of deleted objects, by the bucket's rules", async () => {
    const rules = [
      {
        ID: "former",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ];
    const config = { Bucket: BUCKET, LifecycleConfiguration: { Rules: rules } };
    expect(await refusal(owner.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET })))).toBe(
      "NoSuchLifecycleConfiguration",
    );
    await owner.s3.send(new PutBucketLifecycleConfigurationCommand(config));
    const { Rules } = await owner.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET }));
    expect(Rules).toEqual(rules);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const kept = async () => (await limited.versions()).filter(({ key }) => key === "versioned").length;
    await expire(inDays(29));
    expect(await kept()).toBe(3);
    await expire(inDays(31));
    await expire(inDays(31));
    expect(await kept()).toBe(0);
    expect(await limited.get("mine")).toBe("1");
  });

  it("holds a bucket's policy against every key of the account", async () => {
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:DeleteObjectVersion", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"],
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    };
    const policy = (condition?: object) =>
      new PutBucketPolicyCommand({
        Bucket: BUCKET,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ ...statement, ...(condition && { Condition: condition }) }],
        }),
      });
    await owner.s3.send(policy({ NotIpAddress: { "aws:SourceIp": [`${operator}/32`] } }));
    const version = await limited.put("kept", "1");
    await limited.remove("kept", version); // from the operator's address
    const kept = await limited.put("kept", "2");
    await owner.s3.send(policy());
    for (const who of [owner, limited]) {
      expect(await refusal(who.remove("kept", kept))).toBe("AccessDenied");
      expect(await refusal(who.s3.send(policy()))).toBe("AccessDenied");
      const rules = {
        Rules: [{ ID: "x", Status: "Enabled" as const, Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
      };
      const put = new PutBucketLifecycleConfigurationCommand({ Bucket: BUCKET, LifecycleConfiguration: rules });
      expect(await refusal(who.s3.send(put))).toBe("AccessDenied");
    }
    expect(await refusal(reader.s3.send(new GetBucketPolicyCommand({ Bucket: BUCKET })))).toBe("done");
  });

  it("survives kill -9 of itself and a restart of the API, with all it holds", async () => {
    process.kill(serverPid(), "SIGKILL");
    const eventually = async () => {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
        if ((await refusal(limited.get("mine"))) === "done") return limited.get("mine");
      }
      return undefined;
    };
    expect(await eventually()).toBe("1");
    await localDown(local, "down");
    await localUp(local);
    expect(await eventually()).toBe("1");
    expect(await api.call("GET", `/object-storage/buckets/fr-par/${BUCKET}`)).toMatchObject({ label: BUCKET });
  });

  it(
    "is reached from hosts by Linode's names, through their firewalls",
    async () => {
      const env = await localEnvironment(local);
      const hosts = new BareHosts(env, local.directory, readFileSync(there("ssh/id_ed25519.pub"), "utf8").trim());
      const [{ id, address }] = (await hosts.create(["client"])) as [BareHost];
      const ask = (name: string) =>
        onHost(
          { id, address, directory: local.directory },
          `curl -s -m 5 -o /dev/null -w '%{http_code}' https://${name}/ || true`,
        );
      for (const name of [endpoint, "fr-par-1.linodeobjects.com", `${BUCKET}.fr-par-1.linodeobjects.com`])
        expect([name, (await ask(name)).trim()]).toEqual([name, "403"]);
      await api.call("POST", "/networking/firewalls", {
        label: "closed",
        rules: { inbound_policy: "ACCEPT", outbound_policy: "DROP", inbound: [], outbound: [] },
        devices: { linodes: [id] },
      });
      expect((await ask(endpoint)).trim()).toBe("000");
    },
    BUILD_MS,
  );

  it("deletes a bucket only when nothing is left in it", async () => {
    const path = "/object-storage/buckets/fr-par";
    await expect(api.call("DELETE", `${path}/${BUCKET}`)).rejects.toThrow("Bucket is not empty");
    await api.call("DELETE", `${path}/somebody-elses`);
    expect(execFileSync("ls", [there("objects/data/buckets")], { encoding: "utf8" }).trim()).toBe(BUCKET);
  });

  it("is gone after a reset", async () => {
    await localDown(local, "reset");
    expect(existsSync(there("objects"))).toBe(false);
    expect(spawnSync("pgrep", ["-fc", there("objects/server")], { encoding: "utf8" }).stdout.trim()).toBe("0");
  });
});

const serverPid = () => Number(readFileSync(join(local.directory, "network/objects.pid"), "utf8").split(" ")[0]);

async function expire(now: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${local.port}/local/lifecycle`, {
    method: "POST",
    headers: { authorization: `Bearer ${readFileSync(there("token"), "utf8").trim()}` },
    body: JSON.stringify({ now }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
}
