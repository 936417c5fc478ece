import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tlsFiles, type TlsSettings } from "../../render/tlsFiles";

const addresses = { ipv4: "198.51.100.7", ipv6: "2001:db8::7" };
const files = (tls: TlsSettings) => tlsFiles(tls, ["www.example.org", "example.org"], addresses);
const content = (tls: TlsSettings, name: string) => files(tls).find(({ path }) => path.endsWith(`/${name}`))?.content;

/** Values as a shell reads them from a file. */
function values(text: string | undefined, ...names: string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), "trinode-tls-"));
  try {
    writeFileSync(join(directory, "settings"), text ?? "");
    const show = names.map((name) => `"$${name}"`).join(" ");
    const script = `set -eu; . "$0"; printf '%s\\n' ${show}`;
    return execFileSync("sh", ["-c", script, join(directory, "settings")], { encoding: "utf8" })
      .trimEnd()
      .split("\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("the certificate's settings", () => {
  it("ask Let's Encrypt for one certificate with all names, without a contact where none is given", () => {
    expect(values(content({ mode: "letsencrypt" }, "tls.env"), "MODE", "NAMES", "SERVER")).toEqual([
      "letsencrypt",
      "www.example.org example.org",
      "https://acme-v02.api.letsencrypt.org/directory",
    ]);
    expect(values(content({ mode: "letsencrypt" }, "dehydrated.conf"), "CA", "CONTACT_EMAIL", "CHALLENGETYPE")).toEqual(
      ["https://acme-v02.api.letsencrypt.org/directory", "", "http-01"],
    );
  });

  it("trust a private authority for its own directory only", () => {
    const tls: TlsSettings = {
      mode: "letsencrypt",
      server: "https://ca.example/acme",
      ca: "PEM",
      email: "o'neil@x.org",
    };
    expect(content(tls, "acme-ca.pem")).toBe("PEM");
    const [options, email] = values(content(tls, "dehydrated.conf"), "CURL_OPTS", "CONTACT_EMAIL");
    expect(options).toContain("--cacert /etc/trinode/acme-ca.pem");
    expect(email).toBe("o'neil@x.org");
    expect(content({ mode: "letsencrypt" }, "dehydrated.conf")).not.toContain("--cacert");
  });

  it("keep a provided key to root, and take it away when the mode changes", () => {
    const given = { certificate: "CERT", privateKey: "KEY" };
    const key = files({ mode: "provided", ...given }).find(({ path }) => path.endsWith("provided.key"));
    expect(key).toMatchObject({ content: "KEY", mode: 0o600, owner: "root" });
    expect(content({ mode: "selfsigned", ...given }, "provided.key")).toBe("");
  });
});
