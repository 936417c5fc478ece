import { shellAssignments } from "./bundle";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** Where the site's certificate comes from. */
export interface TlsSettings {
  /** An ACME authority, the operator, or the server itself (for trials: browsers warn). */
  mode: "letsencrypt" | "provided" | "selfsigned";
  /** For `letsencrypt`: contact that the authority keeps. @default none */
  email?: string;
  /** For `letsencrypt`: URL of the authority's ACME directory. @default Let's Encrypt's own */
  server?: string;
  /** For `letsencrypt`: PEM of the only authority trusted for `server`'s own TLS. @default the public ones */
  ca?: string;
  /** For `provided`: PEM of the certificate, then those of its chain. */
  certificate?: string;
  /** For `provided`: PEM, not encrypted. */
  privateKey?: string;
}

/** Let's Encrypt's production directory. */
const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

/**
 * Settings of `certificate-ensure` and its timer. Files of other modes are there too, and empty: what a change of mode leaves
 * behind is never a key.
 * @param names all names of the one certificate, the canonical one first
 * @param addresses where names should point, IPv6 empty when there is none
 */
export function tlsFiles(tls: TlsSettings, names: string[], addresses: { ipv4: string; ipv6: string }): HostFile[] {
  const { mode, email = "", server = letsEncrypt, ca = "", certificate = "", privateKey = "" } = tls;
  const provided = mode === "provided";
  const settings = {
    MODE: mode,
    NAMES: names.join(" "),
    SERVER: server,
    PUBLIC_ADDRESS: addresses.ipv4,
    PUBLIC_ADDRESS6: addresses.ipv6,
  };
  return [
    file("/etc/trinode/tls.env", 0o600, shellAssignments(settings)),
    file("/etc/trinode/dehydrated.conf", 0o600, acmeSettings(server, email, ca)),
    file("/etc/trinode/acme-ca.pem", 0o644, mode === "letsencrypt" ? ca : ""),
    file("/etc/trinode/provided.pem", 0o644, provided ? certificate : ""),
    file("/etc/trinode/provided.key", 0o600, provided ? privateKey : ""),
    file("/etc/systemd/system/trinode-certificate.service", 0o644, fill("tls/certificate.service")),
    file("/etc/systemd/system/trinode-certificate.timer", 0o644, fill("tls/certificate.timer")),
  ];
}

/** Values of ours, quoted for the shell that reads them, below those that never differ. */
function acmeSettings(server: string, email: string, ca: string): string {
  const trust = ca === "" ? "" : " --cacert /etc/trinode/acme-ca.pem";
  const values = { CA: server, CONTACT_EMAIL: email, CURL_OPTS: `--connect-timeout 10 --max-time 60${trust}` };
  return fill("tls/dehydrated.conf") + shellAssignments(values);
}

/** Debian packages that a mode needs on the web server. */
export function tlsPackages(mode: TlsSettings["mode"]): string[] {
  return mode === "letsencrypt" ? ["dehydrated"] : [];
}
