import type { Properties } from "../../../../toolchain/providers/base";
import { provider } from "../../../../toolchain/providers/linode/provider";
import { TestCloud } from "../../../local/api/client";
import { TestEngine, urn } from "../base/client";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const BUCKET = urn("linode:index/objectStorageBucket:ObjectStorageBucket", "backups");
const KEY = urn("linode:index/objectStorageKey:ObjectStorageKey", "server");
const endpoint = "objects.linode.test";
const bucket: Properties = { label: "backups", region: "fr-par" };
const access = { bucketName: "backups", permissions: "read_write", region: "fr-par" };

describe("Object Storage by the linode stand-in", () => {
  let cloud: TestCloud;
  let engine: TestEngine;

  beforeEach(async () => {
    cloud = await TestCloud.start();
    engine = await TestEngine.start(provider, { url: cloud.url, token: "test" });
  });
  afterEach(async () => {
    await engine.stop();
    await cloud.stop();
  });

  const requests = async () => {
    const { data } = await cloud.ok<{ data: { method: string; url: string }[] }>("GET", "/local/calls");
    await cloud.ok("DELETE", "/local/calls");
    return data.map(({ method, url }) => `${method} ${url}`).reverse();
  };

  it("makes a bucket with the requests of the official one, and finds nothing to change afterwards", async () => {
    const { inputs } = await engine.check(BUCKET, bucket);
    expect(inputs).toMatchObject({ ...bucket, acl: "private" });
    await requests();
    const { id, outputs } = await engine.create(BUCKET, inputs);
    // As recorded of the official one.
    expect((await requests()).sort()).toEqual(
      [
        "POST /v4/object-storage/buckets",
        "POST /v4/object-storage/buckets/fr-par:backups/access".replace(":", "/"),
        "GET /v4/object-storage/buckets/fr-par/backups",
        "GET /v4/object-storage/buckets/fr-par/backups/access",
      ].sort(),
    );
    expect(id).toBe("fr-par:backups");
    expect(outputs).toMatchObject({
      ...{ label: "backups", region: "fr-par", acl: "private", corsEnabled: true, cluster: "fr-par-1" },
      ...{ endpoint, s3Endpoint: endpoint, endpointType: "E1", hostname: `backups.${endpoint}` },
    });
    expect((await engine.diff(BUCKET, id, { outputs, inputs: inputs })).changes).toBe("none");
    const read = await engine.read(BUCKET, id, { outputs, inputs });
    expect(read?.outputs).toMatchObject({ label: "backups", corsEnabled: true });
  });

  it("changes who may read it in place, and makes another one for another name or region", async () => {
    const { inputs } = await engine.check(BUCKET, bucket);
    const { id, outputs } = await engine.create(BUCKET, inputs);
    const open = { ...inputs, acl: "public-read" };
    expect(await engine.diff(BUCKET, id, { outputs, inputs: open })).toMatchObject({ changes: "some", replaces: [] });
    await engine.update(BUCKET, id, { outputs, inputs: open });
    expect(cloud.driver.objects.buckets.get("backups")).toEqual({ acl: "public-read", cors: true });
    for (const [name, value] of Object.entries({ label: "others", region: "us-east" })) {
      const { replaces } = await engine.diff(BUCKET, id, { outputs, inputs: { ...inputs, [name]: value } });
      expect(replaces).toEqual([name]);
    }
  });

  it("deletes it, notices that it is gone, and can import it", async () => {
    const { inputs } = await engine.check(BUCKET, bucket);
    const { id, outputs } = await engine.create(BUCKET, inputs);
    const imported = await engine.read(BUCKET, id);
    expect(imported?.outputs).toMatchObject({ label: "backups", region: "fr-par", acl: "private" });
    await engine.delete(BUCKET, id, outputs);
    expect(await engine.read(BUCKET, id, { outputs, inputs })).toBeUndefined();
  });

  it.each([
    [{ label: "backups" }, "one of `cluster,region` must be specified"],
    [{ ...bucket, cluster: "fr-par-1" }, "only one of `cluster,region` can be specified"],
    [{ ...bucket, versioning: true }, "does not know versioning"],
  ])("refuses %j", async (inputs, reason) => {
    const { failures } = await engine.check(BUCKET, inputs);
    expect(Object.values(failures).join()).toContain(reason);
  });

  it("makes a key whose secret stays known, and finds nothing to change afterwards", async () => {
    const made = await engine.create(BUCKET, (await engine.check(BUCKET, bucket)).inputs);
    expect(made.id).toBe("fr-par:backups");
    const { inputs } = await engine.check(KEY, { label: "server", bucketAccesses: [access] });
    const { id, outputs } = await engine.create(KEY, inputs);
    const secret = cloud.driver.objects.keys[0]?.secret;
    expect(outputs).toMatchObject({
      ...{ label: "server", limited: true, regions: ["fr-par"], bucketAccesses: [{ ...access, cluster: "" }] },
      secretKey: { value: secret },
    });
    expect((await engine.diff(KEY, id, { outputs, inputs: inputs })).changes).toBe("none");
    const read = await engine.read(KEY, id, { outputs, inputs });
    expect(read?.outputs).toMatchObject({ secretKey: { value: secret } });
    const renamed = await engine.update(KEY, id, { outputs, inputs: { ...inputs, label: "renamed" } });
    expect(renamed).toMatchObject({ label: "renamed", secretKey: { value: secret } });
    const readOnly = { ...inputs, bucketAccesses: [{ ...access, permissions: "read_only" }] };
    expect((await engine.diff(KEY, id, { outputs, inputs: readOnly })).replaces.length).toBeGreaterThan(0);
    await engine.delete(KEY, id, outputs);
    await engine.delete(KEY, id, outputs); // gone already
    expect(cloud.driver.objects.keys).toEqual([]);
  });
});
