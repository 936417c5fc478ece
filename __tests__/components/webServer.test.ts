import { execFileSync, spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { LinodeHost } from "../../components/linodeHost";
import { WebServer, type WebServerArgs } from "../../components/webServer";
import { only, type Registered } from "./recorder";
import { certificate, recordWeb } from "./webAnswers";

const basics: Omit<WebServerArgs, "host"> = {
  site: "gamelenders",
  domains: ["www.example.org", "example.org"],
  redirects: ["old.example.org"],
  upstream: pulumi.output("10.0.0.12"),
  static: { url: "/static/" },
  media: { url: "/media/" },
  tls: { mode: "letsencrypt", email: "ops@example.org" },
};

function machine(): LinodeHost {
  return new LinodeHost("web", {
    label: "gamelenders-prod-web",
    region: "fr-par",
    image: "linode/debian13",
    plan: "g6-nanode-1",
    tags: ["trinode"],
    subnetId: 7,
    privateAddress: "10.0.0.11",
    inbound: [],
    operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
  });
}

async function stand(changes: Partial<WebServerArgs> = {}) {
  const shown: Record<string, unknown> = {};
  const made = await recordWeb(() => {
    const web = new WebServer("web", { host: machine(), ...basics, ...changes });
    pulumi
      .all([web.address, web.dnsRecords, web.certificate])
      .apply(([address, dnsRecords, info]) =>
        Object.assign(shown, { url: web.url, address, dnsRecords, certificate: info }),
      );
  });
  return { made, shown };
}

/** What arrives on the host, by path in the bundle. */
function unpack(made: Registered[], name: string): { verb: string; environment: string; files: Map<string, string> } {
  const { secret } = only(made, { name }).inputs.stdin as { secret: string };
  const read = (path: string) => {
    const tar = spawnSync("tar", ["-xzO", "-f", "-", path], { input: Buffer.from(secret, "base64") });
    if (tar.status !== 0) throw new Error(`${path}: ${tar.stderr.toString()}`);
    return tar.stdout.toString();
  };
  const lines = read("manifest").trim().split("\n");
  const files = new Map(lines.map((line, index) => [line.split("\t")[4] ?? "", read(`files/${index}`)]));
  return { verb: read("verb"), environment: read("environment"), files };
}

describe("a web server", () => {
  it("is set up in one step, its certificate in the next", async () => {
    const { made } = await stand();
    const steps = made.filter(({ type }) => type === "command:remote:Command").map(({ name }) => name);
    expect(steps.sort()).toEqual(["web-certificate", "web-contact", "web-keys", "web-setup"]);
    const setup = unpack(made, "web-setup");
    expect(setup.verb).toBe("setup-web");
    expect(setup.environment).toBe(
      "SITE='gamelenders'\nPRIVATE_ADDRESS='10.0.0.11'\nNAMES='www.example.org example.org old.example.org'\nPACKAGES='dehydrated'\n",
    );
    expect(setup.files.get("/etc/trinode/web/site/http.conf")).toContain("server 10.0.0.12:8000;");
    const issue = unpack(made, "web-certificate");
    expect(issue.verb).toBe("certificate-ensure");
    expect(issue.files.get("/etc/trinode/tls.env")).toContain("NAMES='www.example.org example.org old.example.org'");
    expect(issue.files.get("/etc/trinode/tls.env")).toContain("PUBLIC_ADDRESS6='2001:db8::7'");
  });

  it("tells where it is, the records that its names need, and its certificate", async () => {
    const { made, shown } = await stand();
    expect(shown).toMatchObject({ url: "https://www.example.org/", address: "198.51.100.7", certificate });
    expect(shown.dnsRecords).toBe(
      ["www.example.org", "example.org", "old.example.org"]
        .flatMap((name) => [`${name}. 300 IN A 198.51.100.7`, `${name}. 300 IN AAAA 2001:db8::7`])
        .join("\n"),
    );
    expect(made.filter(({ type }) => type === "linode:index/domainRecord:DomainRecord")).toEqual([]);
  });

  it("makes the records of its names in a zone that exists", async () => {
    const { made } = await stand({ dns: { manage: true, zone: "example.org" } });
    const records = made.filter(({ type }) => type === "linode:index/domainRecord:DomainRecord");
    const inZone = { domainId: 4711, ttlSec: 300 };
    expect(records.map(({ inputs }) => inputs)).toEqual(
      expect.arrayContaining(
        ["www", "", "old"].flatMap((name) => [
          { ...inZone, name, recordType: "A", target: "198.51.100.7" },
          { ...inZone, name, recordType: "AAAA", target: "2001:db8::7" },
        ]),
      ),
    );
    expect(records).toHaveLength(6);
    expect(made.filter(({ type }) => type === "linode:index/domain:Domain")).toEqual([]);
  });

  it("has it looked at first whether the names are free there, from its own machine apart", async () => {
    const { made } = await stand({ dns: { manage: true, zone: "example.org" } });
    const { secret } = only(made, { name: "web-dns-free" }).inputs.stdin as { secret: string };
    expect(JSON.parse(secret)).toMatchObject({ zone: "example.org", label: "gamelenders-prod-web" });
    expect((JSON.parse(secret) as { records: object[] }).records).toHaveLength(6);
  });

  it("refuses a name outside of the zone before a record is made", async () => {
    const dns = { manage: true, zone: "example.com" };
    const made = await recordWeb(() => {
      expect(() => new WebServer("web", { host: machine(), ...basics, dns })).toThrow(
        '"www.example.org" is not in the zone "example.com"',
      );
    });
    expect(made.filter(({ type }) => type === "linode:index/domainRecord:DomainRecord")).toEqual([]);
  });

  it("serves several application servers", async () => {
    const { made } = await stand({ upstream: ["10.0.0.12", pulumi.output("10.0.0.13")] });
    const http = unpack(made, "web-setup").files.get("/etc/trinode/web/site/http.conf");
    // Both for requests that can be repeated, both for others, and the same while either is out.
    expect(http?.match(/server 10\.0\.0\.1[23]:8000 max_fails/g)).toHaveLength(12);
  });

  it("refuses a provided certificate that is not for all names", async () => {
    const [privateKey, own] = selfSigned(["www.example.org"]);
    const made = await recordWeb(() => {
      const tls = { mode: "provided" as const, certificate: own, privateKey };
      expect(() => new WebServer("web", { host: machine(), ...basics, tls })).toThrow(
        "trinode:tls.certificate: The certificate is not for example.org, old.example.org;",
      );
    });
    expect(made.filter(({ name }) => name === "web-certificate")).toEqual([]);
  });

  it("hands its certificate over to the machine that takes its place", async () => {
    const { made } = await stand();
    const inputs = (name: string) => made.find((resource) => resource.name === name)?.inputs;
    expect(inputs("web-setup")).toMatchObject({ addPreviousOutputInEnv: false, triggers: [expect.anything()] });
    expect(inputs("web-certificate")).toMatchObject({ addPreviousOutputInEnv: true, triggers: [] });
  });

  it("brings a provided certificate with its key, and shows the key to nobody", async () => {
    const [privateKey, own] = selfSigned(["www.example.org", "example.org", "old.example.org"]);
    const { made } = await stand({
      tls: { mode: "provided", certificate: own, privateKey },
    });
    const { files } = unpack(made, "web-certificate");
    expect(files.get("/etc/trinode/provided.pem")).toBe(own);
    expect(files.get("/etc/trinode/provided.key")).toBe(privateKey);
    expect(JSON.stringify(made)).not.toContain("PRIVATE KEY");
  });
});

/** A key and its certificate, PEM. */
function selfSigned(names: string[]): [key: string, certificate: string] {
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=x -keyout -";
  const subject = `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`;
  const both = execFileSync("openssl", [...request.split(" "), "-addext", subject], {
    encoding: "utf8",
    stdio: "pipe",
  });
  const [key = "", own = ""] = both.match(/-----BEGIN [^]*?-----END .*-----\n/g) ?? [];
  return [key, own];
}
