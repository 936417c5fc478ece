/** What `sslmode` and the certificate settings mean, as lib/pq 1.12 understands them. */
import { existsSync, readFileSync } from "node:fs";
import { checkServerIdentity, ConnectionOptions } from "node:tls";
import type { ServerSettings, SslMode } from "./config";

/** One way to connect: with TLS or (false) without. */
export type Attempt = ConnectionOptions | false;

/** The ways to try, in order: `prefer` and `allow` have two. Source: lib/pq 1.12.3, ssl.go and connector.go. */
export function attempts(settings: ServerSettings): Attempt[] {
  switch (settings.sslmode) {
    case "disable":
      return [false];
    case "allow":
      return [false, tlsOptions(settings, "require")];
    case "prefer":
      return [tlsOptions(settings, "require"), false];
    default:
      return [tlsOptions(settings, settings.sslmode)];
  }
}

function tlsOptions(settings: ServerSettings, mode: SslMode): ConnectionOptions {
  const authorities = readAuthorities(settings, mode);
  const certificate = readClientCertificate(settings);
  if (mode === "verify-full") {
    // The name is checked here: pg does not tell TLS the host if it is an address.
    return {
      ...certificate,
      ...authorities,
      rejectUnauthorized: true,
      checkServerIdentity: (_, peer) => checkServerIdentity(settings.host, peer),
    };
  }
  const verified = mode === "verify-ca" || authorities !== undefined;
  return { ...certificate, ...authorities, rejectUnauthorized: verified, checkServerIdentity: () => undefined };
}

/** A file that is missing counts only where verification is asked for, as in libpq. */
function readAuthorities({ sslrootcert, clientcert }: ServerSettings, mode: SslMode): { ca?: string } | undefined {
  if (sslrootcert === "") return undefined;
  if (sslrootcert === "system") return {};
  if (clientcert?.sslinline) return { ca: sslrootcert };
  if (!mode.startsWith("verify") && !existsSync(sslrootcert)) return undefined;
  return { ca: read(sslrootcert, "sslrootcert") };
}

function readClientCertificate({ clientcert }: ServerSettings): { cert?: string; key?: string } {
  if (clientcert === undefined) return {};
  const { cert, key, sslinline } = clientcert;
  if (sslinline) return { cert, key };
  return existsSync(cert) ? { cert: read(cert, "clientcert.cert"), key: read(key, "clientcert.key") } : {};
}

function read(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${setting}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
