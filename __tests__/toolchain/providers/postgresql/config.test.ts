import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Secret, unknown } from "../../../../toolchain/providers/base";
import { checkConfig, settingsOf } from "../../../../toolchain/providers/postgresql/config";
import { attempts } from "../../../../toolchain/providers/postgresql/tls";

const config = {
  host: "10.0.0.10",
  port: "5433",
  username: "admin",
  password: "pw",
  superuser: "false",
  sslmode: "verify-full",
};

describe("the provider's configuration", () => {
  it("comes as texts, as SDKs send it", () => {
    expect(settingsOf({ ...config, connectTimeout: "15" }, {})).toMatchObject({
      host: "10.0.0.10",
      port: 5433,
      database: "postgres",
      databaseUsername: "admin",
      superuser: false,
      connectTimeout: 15,
      maxConnections: 20,
    });
  });

  it("is filled in from the environment", () => {
    const environment = { PGHOST: "db", PGPORT: "6432", PGUSER: "me", PGPASSWORD: "pw", PGSSLMODE: "disable" };
    expect(settingsOf({}, environment)).toMatchObject({ host: "db", port: 6432, username: "me", sslmode: "disable" });
  });

  it("may be partly unknown in a preview", () => {
    const settings = settingsOf(
      { ...config, host: unknown, password: unknown, port: unknown, sslrootcert: unknown },
      {},
    );
    expect(settings).toMatchObject({ host: "", password: "", port: 5432, sslrootcert: "" });
    expect(checkConfig({ host: unknown, password: unknown, sslmode: unknown }).failures).toEqual([]);
  });

  it("keeps its password secret and everything else as it is", () => {
    const { inputs, failures } = checkConfig(config);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...config, password: new Secret("pw") });
  });

  it.each([
    [{ prot: "5432" }, "prot", "unknown key"],
    [{ port: "http" }, "port", "whole number"],
    [{ sslmode: "verify" }, "sslmode", "verify-full"],
    [{ scheme: "gcppostgres" }, "scheme", "stand-in"],
    [{ awsRdsIamAuth: "true" }, "awsRdsIamAuth", "use a password"],
  ])("is refused with the reason: %j", (wrong, property, reason) => {
    expect(checkConfig({ ...config, ...wrong }).failures).toEqual([
      { property, reason: expect.stringContaining(reason) as string },
    ]);
  });
});

describe("TLS", () => {
  const settings = settingsOf(config, {});
  let directory: string;
  let ca: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "postgresql-tls-"));
    ca = path.join(directory, "ca.pem");
    writeFileSync(ca, "PEM");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("verifies the authority and the host, also if that is an address", () => {
    const [tls] = attempts({ ...settings, sslrootcert: ca });
    expect(tls).toMatchObject({ ca: "PEM", rejectUnauthorized: true });
    if (!tls || tls.checkServerIdentity === undefined) throw new Error("no check");
    const peer = (subjectaltname: string) => ({ subjectaltname, subject: { CN: "db" } }) as never;
    expect(tls.checkServerIdentity("localhost", peer("IP Address:10.0.0.10"))).toBeUndefined();
    expect(tls.checkServerIdentity("localhost", peer("IP Address:10.0.0.11, DNS:localhost"))).toHaveProperty("message");
  });

  it("fails before it connects if the authority's file is missing", () => {
    expect(() => attempts({ ...settings, sslrootcert: path.join(directory, "none.pem") })).toThrow("sslrootcert");
  });

  it("only encrypts with require, but verifies where there is an authority", () => {
    expect(attempts({ ...settings, sslmode: "require" })).toMatchObject([{ rejectUnauthorized: false }]);
    expect(attempts({ ...settings, sslmode: "require", sslrootcert: ca })).toMatchObject([
      { rejectUnauthorized: true },
    ]);
  });

  it("takes the authority itself instead of a file if the client's certificate is inline", () => {
    const inline = settingsOf(
      { ...config, sslrootcert: "CA", clientcert: '{"cert":"C","key":"K","sslinline":true}' },
      {},
    );
    expect(attempts(inline)).toMatchObject([{ ca: "CA", cert: "C", key: "K", rejectUnauthorized: true }]);
  });

  it("is tried first with prefer, last with allow, never with disable", () => {
    const kinds = (sslmode: "prefer" | "allow" | "disable") =>
      attempts({ ...settings, sslmode }).map((way) => way !== false);
    expect([kinds("prefer"), kinds("allow"), kinds("disable")]).toEqual([[true, false], [false, true], [false]]);
  });
});
