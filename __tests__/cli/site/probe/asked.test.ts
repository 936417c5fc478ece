import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type SecureVersion, type TlsOptions } from "node:tls";
import { type Heard, hear, isOperator, judgePorts, type Listening } from "../../../../cli/site/probe/ports";
import { judgeProtocols, speaks } from "../../../../cli/site/probe/protocols";

const portOf = (server: Server) => (server.address() as AddressInfo).port;

describe("the versions of TLS", () => {
  let directory: string;
  let identity: TlsOptions;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "trinode-probe-"));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(directory, name)) as [string, string];
    const made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=site.test -keyout".split(" ");
    execFileSync("openssl", [...made, key, "-out", cert], { stdio: "pipe" });
    identity = { key: readFileSync(key), cert: readFileSync(cert), ciphers: "DEFAULT:@SECLEVEL=0" };
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  async function spokenBy(settings: TlsOptions): Promise<[SecureVersion, boolean][]> {
    const server = createTlsServer({ ...identity, ...settings }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const versions: SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
      return await Promise.all(
        versions.map(async (version): Promise<[SecureVersion, boolean]> => [
          version,
          await speaks("127.0.0.1", portOf(server), "site.test", version),
        ]),
      );
    } finally {
      server.close();
    }
  }

  it("are well when it is 1.2 and 1.3", async () => {
    expect(judgeProtocols(new Map(await spokenBy({ minVersion: "TLSv1.2" }))).state).toBe("well");
  });

  it("are not well when an old one is spoken, or a new one is not", async () => {
    const found = await spokenBy({ minVersion: "TLSv1", maxVersion: "TLSv1.2" });
    expect(judgeProtocols(new Map(found)).text).toBe(
      "TLSv1 is spoken, and broken since years; TLSv1.1 is spoken, and broken since years; TLSv1.3 is not spoken",
    );
  });

  it("can't be told where nobody answers", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = portOf(server);
    server.close();
    await expect(speaks("127.0.0.1", port, "site.test", "TLSv1.2")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("ports", () => {
  const machine = (name: "web" | "app" | "database", heard: Record<number, Heard>): Listening => ({
    name,
    roles: [name],
    heard: new Map(Object.entries(heard).map(([port, what]) => [Number(port), what])),
  });
  const web = machine("web", { 22: "open", 80: "open", 443: "open", 8000: "silent" });
  const app = machine("app", { 22: "open", 80: "silent", 443: "silent", 8000: "silent" });
  const database = machine("database", { 22: "open", 5432: "open" });

  it("are heard to be open or refused", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = portOf(server);
    expect(await hear("127.0.0.1", port)).toBe("open");
    await new Promise((resolve) => server.close(resolve));
    expect(await hear("127.0.0.1", port)).toBe("refused");
  });

  it("are well when operators find theirs, and that others don't is told to be untried", () => {
    const [ports, own] = judgePorts([web, app, database], "operator");
    expect(ports?.state).toBe("well");
    expect(own).toMatchObject({
      state: "fact",
      text: expect.stringMatching(/database 22 and 5432: open, this machine is among.*--visitor/) as string,
    });
    expect(judgePorts([web], "unknown")[1]?.text).toContain("can't be told from here");
  });

  it.each<[string, Listening, string]>([
    ["closed to the world", machine("web", { 80: "open", 443: "silent" }), "web: 443 is closed to the world"],
    ["open on another server", machine("app", { 8000: "open" }), "app: 8000 is open"],
    ["let through to nobody", machine("app", { 8001: "refused" }), "app: 8001 is let through"],
    ["open on the wrong server", machine("app", { 5432: "open" }), "app: 5432 is open"],
  ])("are not well: %s", (_, one, text) => {
    expect(judgePorts([one], "operator")[0]).toMatchObject({
      state: "unwell",
      text: expect.stringContaining(text) as string,
    });
  });

  it("are told apart over IPv6", () => {
    const [ports] = judgePorts([machine("web", { 80: "open", 443: "open" })], "visitor", "IPv6");
    expect(ports).toMatchObject({ name: "ports over IPv6", state: "well" });
    expect(judgePorts([web], "visitor", "IPv6")[0]?.text).toBe("web: 22 is open");
  });

  it("of operators are not open to a visitor", () => {
    expect(judgePorts([web, database], "visitor")[0]?.text).toBe(
      "web: 22 is open; database: 22 is open; database: 5432 is open",
    );
    const closed = machine("web", { 22: "silent", 80: "open", 443: "open" });
    expect(judgePorts([closed], "visitor").map(({ state }) => state)).toEqual(["well", "well"]);
  });

  it.each([
    ["203.0.113.7", true],
    ["::ffff:203.0.113.7", true],
    ["203.0.114.7", false],
    ["2001:db8::1", true],
    ["", false],
  ])("know an operator by its address: %s", (address, is) => {
    expect(isOperator(address, ["203.0.113.0/24", "2001:db8::/32"])).toBe(is);
  });
});
