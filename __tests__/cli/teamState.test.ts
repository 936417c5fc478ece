import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { makeTeamState } from "../../cli/state/teamState";
import { TestCloud } from "../local/api/client";

describe("the bucket of a team's state", () => {
  const directory = mkdtempSync(join(tmpdir(), "trinode-state-"));
  const file = join(directory, "inside", "state.env");
  let cloud: TestCloud;

  beforeEach(async () => {
    cloud = await TestCloud.start();
  });
  afterEach(() => cloud.stop());
  afterAll(() => rmSync(directory, { recursive: true }));

  const make = () =>
    makeTeamState({ bucket: "team", region: "fr-par", file, env: { LINODE_URL: cloud.url, LINODE_TOKEN: "test" } });

  it("has a key that is limited to it, keeps versions, and is written for one user alone", async () => {
    const send = jest.spyOn(S3Client.prototype, "send").mockImplementation((async () => ({})) as never);
    await make();
    expect(send.mock.calls.map(([command]) => command.input)).toEqual([
      // Until the new key is known.
      { Bucket: "team", MaxKeys: 1 },
      { Bucket: "team", VersioningConfiguration: { Status: "Enabled" } },
    ]);
    const [key] = cloud.driver.objects.keys;
    expect(key).toMatchObject({ limited: true, buckets: [{ name: "team", permissions: "read_write" }] });
    expect(readFileSync(file, "utf8")).toBe(
      [
        "export PULUMI_BACKEND_URL='s3://team?endpoint=https://objects.linode.test&region=us-east-1&s3ForcePathStyle=true'",
        `export AWS_ACCESS_KEY_ID='${key?.access}'`,
        `export AWS_SECRET_ACCESS_KEY='${key?.secret}'`,
        "",
      ].join("\n"),
    );
  });

  it("leaves no key and no file when versions can't be had, so that it can be made again", async () => {
    rmSync(file, { force: true });
    const refuse = (command: object) =>
      command instanceof PutBucketVersioningCommand ? Promise.reject(new Error("SlowDown")) : Promise.resolve({});
    jest.spyOn(S3Client.prototype, "send").mockImplementation(refuse as never);
    await expect(make()).rejects.toThrow("SlowDown");
    expect([cloud.driver.objects.keys, existsSync(file)]).toEqual([[], false]);
  });

  it("is not made where a key would be lost", async () => {
    if (!existsSync(file)) writeFileSync(file, "");
    await expect(make()).rejects.toThrow("is there already");
    expect(cloud.driver.objects.buckets.size).toBe(0);
  });
});
