import { watchFiles } from "../../render/watchFiles";

const about = { site: "gamelenders", stack: "prod", domain: "www.gamelenders.com" };
const bucket = {
  ...{ endpoint: "https://s3.example.org", bucket: "copies", region: "us-east-1", prefix: "gamelenders/prod" },
  ...{ accessKey: "reading", secretKey: "secret" },
};

describe("the files of the server that watches", () => {
  it("say who is told, and how the bucket is read, for root alone", () => {
    const files = watchFiles({ ...about, bucket, webhook: "https://hooks.example.org/1" });
    const [settings, access] = files;
    expect([settings?.path, settings?.mode, access?.path, access?.mode]).toEqual([
      ...["/etc/trinode/watch.json", 0o600],
      ...["/etc/trinode/watch-bucket.env", 0o600],
    ]);
    expect(JSON.parse(settings!.content)).toEqual({
      ...{ ...about, name: "gamelenders-prod", copies: true, webhook: "https://hooks.example.org/1" },
    });
    expect(access?.content).toContain("OFFSITE_ACCESS_KEY='reading'\n");
  });

  it("have no keys where there is no bucket", () => {
    const files = watchFiles(about);
    expect(files.map(({ path }) => path)).not.toContain("/etc/trinode/watch-bucket.env");
    expect(JSON.parse(files[0]!.content)).toMatchObject({ copies: false });
  });
});
