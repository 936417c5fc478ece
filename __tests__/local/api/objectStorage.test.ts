import { objectEndpoints } from "../../../local/api/catalog";
import { BucketNotEmpty } from "../../../local/hosts/objects/store";
import { CLUSTERS } from "../../../local/hosts/objects/clusters";
import { TestCloud } from "./client";

let cloud: TestCloud;
const endpoint = "objects.linode.test";
const bucket = { label: "backups", region: "fr-par" };

beforeEach(async () => {
  cloud = await TestCloud.start();
});
afterEach(() => cloud.stop());

describe("buckets", () => {
  it("are made on the S3 server, and shown as Linode shows them", async () => {
    const made = await cloud.ok("POST", "/object-storage/buckets", bucket);
    expect(made).toEqual({
      hostname: `backups.${endpoint}`,
      label: "backups",
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) as string,
      region: "fr-par",
      cluster: "fr-par-1",
      size: 0,
      objects: 0,
      endpoint_type: "E1",
      s3_endpoint: endpoint,
    });
    expect([...cloud.driver.objects.buckets]).toEqual([["backups", { acl: "private", cors: true }]]);
    for (const path of ["fr-par/backups", "fr-par-1/backups"])
      expect(await cloud.ok("GET", `/object-storage/buckets/${path}`)).toEqual(made);
    expect(await cloud.list("/object-storage/buckets/fr-par")).toEqual([made]);
    expect(await cloud.list("/object-storage/buckets/us-east")).toEqual([]);
    expect(await cloud.ok("GET", "/account/settings")).toMatchObject({ object_storage: "active" });
  });

  it("stay what they are when they are asked for again, and have one name in all regions", async () => {
    const made = await cloud.ok("POST", "/object-storage/buckets", bucket);
    expect(await cloud.ok("POST", "/object-storage/buckets", { ...bucket, acl: "public-read" })).toEqual(made);
    expect(await cloud.refusal("POST", "/object-storage/buckets", { ...bucket, region: "us-east" })).toEqual([
      "label: Bucket name is already in use.",
    ]);
  });

  it("change who may read them", async () => {
    await cloud.ok("POST", "/object-storage/buckets", { ...bucket, cors_enabled: false });
    const access = "/object-storage/buckets/fr-par/backups/access";
    expect(await cloud.ok("GET", access)).toMatchObject({ acl: "private", cors_enabled: false, cors_xml: null });
    expect(await cloud.ok("POST", access, { acl: "public-read" })).toEqual({});
    expect(await cloud.ok("GET", access)).toMatchObject({ acl: "public-read", cors_enabled: false });
    expect([...cloud.driver.objects.buckets]).toEqual([["backups", { acl: "public-read", cors: false }]]);
  });

  it("are not deleted while there is something in them", async () => {
    await cloud.ok("POST", "/object-storage/buckets", bucket);
    const remove = jest
      .spyOn(cloud.driver.objects, "removeBucket")
      .mockRejectedValueOnce(new BucketNotEmpty("backups"));
    expect(await cloud.refusal("DELETE", "/object-storage/buckets/fr-par/backups")).toEqual([
      "Bucket is not empty. Delete its objects and their versions first.",
    ]);
    expect(await cloud.list("/object-storage/buckets")).toHaveLength(1);
    remove.mockRestore();
    expect(await cloud.ok("DELETE", "/object-storage/buckets/fr-par/backups")).toEqual({});
    expect(await cloud.refusal("GET", "/object-storage/buckets/fr-par/backups")).toEqual(["Not found"]);
  });

  it.each([
    ["a label in capitals", { ...bucket, label: "Backups" }, "label: label is not valid"],
    ["a short label", { ...bucket, label: "ab" }, "label: Length must be 3-63 characters"],
    ["no region", { label: "backups" }, "region: region is required"],
    ["an acl of its own", { ...bucket, acl: "mine" }, /^acl: Must be one of: private, public-read/],
    [
      "a region without Object Storage",
      { ...bucket, region: "us-west" },
      "region: The specified region was not found or does not support Object Storage.",
    ],
  ])("are refused with %s", async (_, body, reason) => {
    const [said] = await cloud.refusal("POST", "/object-storage/buckets", body);
    expect(said).toMatch(reason);
    expect(cloud.driver.objects.buckets.size).toBe(0);
  });

  it("are refused, not asked for a thousand times, when the S3 server cannot be had", async () => {
    jest.spyOn(cloud.driver.objects, "putBucket").mockRejectedValueOnce(new Error("Go is missing."));
    const { status, body } = await cloud.call("POST", "/object-storage/buckets", bucket);
    expect([status, body]).toEqual([
      400,
      { errors: [{ reason: "The local Linode's Object Storage: Go is missing." }] },
    ]);
  });
});

describe("access keys", () => {
  const grant = { bucket_name: "backups", region: "fr-par", permissions: "read_write" };

  it("tell their secret once, and hold on the S3 server from then on", async () => {
    await cloud.ok("POST", "/object-storage/buckets", bucket);
    const made = await cloud.ok("POST", "/object-storage/keys", { label: "server", bucket_access: [grant] });
    expect(made).toEqual({
      id: made.id,
      label: "server",
      access_key: expect.stringMatching(/^[A-Z0-9]{20}$/) as string,
      secret_key: expect.stringMatching(/^[a-zA-Z0-9]{40}$/) as string,
      limited: true,
      bucket_access: [{ ...grant, cluster: "" }],
      regions: [{ id: "fr-par", s3_endpoint: endpoint, endpoint_type: "E1" }],
    });
    expect(cloud.driver.objects.keys).toEqual([
      {
        access: made.access_key,
        secret: made.secret_key,
        limited: true,
        buckets: [{ name: "backups", permissions: "read_write" }],
      },
    ]);
    expect(await cloud.ok("GET", `/object-storage/keys/${made.id}`)).toEqual({ ...made, secret_key: "[REDACTED]" });
    await cloud.ok("DELETE", `/object-storage/keys/${made.id}`);
    expect(cloud.driver.objects.keys).toEqual([]);
    expect(await cloud.refusal("GET", `/object-storage/keys/${made.id}`)).toEqual([
      "The specified access key was not found.",
    ]);
  });

  it("without limits use all buckets of all regions", async () => {
    const made = await cloud.ok<{ id: number; regions: object[] }>("POST", "/object-storage/keys", { label: "all" });
    expect(made).toMatchObject({ limited: false, bucket_access: null });
    expect(made.regions).toHaveLength(objectEndpoints.length);
    const renamed = await cloud.ok("PUT", `/object-storage/keys/${made.id}`, { label: "everything" });
    expect(renamed).toMatchObject({ label: "everything", limited: false });
  });

  it("with an empty list use none", async () => {
    const made = await cloud.ok("POST", "/object-storage/keys", { label: "none", bucket_access: [] });
    expect(made).toMatchObject({ limited: true, bucket_access: [] });
    expect(cloud.driver.objects.keys).toMatchObject([{ limited: true, buckets: [] }]);
  });

  it("are refused for a bucket that is not there", async () => {
    expect(await cloud.refusal("POST", "/object-storage/keys", { label: "server", bucket_access: [grant] })).toEqual([
      "bucket_access[0].bucket_name: Bucket not found.",
    ]);
    expect(cloud.driver.objects.keys).toEqual([]);
  });

  it("made side by side all hold", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `key-${index}`);
    await Promise.all(names.map((label) => cloud.ok("POST", "/object-storage/keys", { label })));
    expect(cloud.driver.objects.keys).toHaveLength(8);
  });
});

describe("endpoints", () => {
  it("have certificates for Linode's names", () => {
    const names = objectEndpoints.map(({ s3_endpoint }) => s3_endpoint.replace(".linodeobjects.com", ""));
    expect([...CLUSTERS].sort()).toEqual(names.sort());
  });

  it("are listed with their types, and as the clusters they were", async () => {
    const wanted = { region: "fr-par", endpoint_type: "E1", s3_endpoint: endpoint };
    expect(await cloud.list("/object-storage/endpoints")).toContainEqual(wanted);
    expect(await cloud.ok("GET", "/object-storage/clusters/fr-par-1")).toMatchObject({
      id: "fr-par-1",
      region: "fr-par",
    });
    expect(await cloud.list("/object-storage/types")).toMatchObject([
      { id: "objectstorage" },
      { id: "objectstorage-overage" },
    ]);
  });
});
