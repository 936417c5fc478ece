import { connect, type SecureVersion } from "node:tls";
import type { Finding } from "../status/finding";
import { judged } from "./said";
import { type Target } from "./target";

const wanted: [SecureVersion, boolean][] = [
  ["TLSv1", false],
  ["TLSv1.1", false],
  ["TLSv1.2", true],
  ["TLSv1.3", true],
];

/** Which versions of TLS are spoken: 1.2 and 1.3, and nothing older. */
export async function lookAtProtocols({ web, domains }: Target): Promise<Finding[]> {
  const found = await Promise.all(
    wanted.map(async ([version]) => [version, await speaks(web, 443, domains[0] ?? "", version)] as const),
  );
  return [judgeProtocols(new Map(found))];
}

export function judgeProtocols(spoken: Map<SecureVersion, boolean>): Finding {
  const complaints = wanted
    .filter(([version, should]) => spoken.get(version) !== should)
    .map(([version, should]) => `${version} is ${should ? "not spoken" : "spoken, and broken since years"}`);
  const names = (should: boolean) => wanted.filter((one) => one[1] === should).map(([version]) => version);
  const text = `${names(true).join(" and ")} spoken, ${names(false).join(" and ")} refused`;
  return judged(
    "protocols",
    complaints,
    text,
    "The web server's tls.conf is not the program's. Put it right: pulumi up",
  );
}

/** Whether a server agrees to one version of TLS. @throws Error when it can't be asked */
export function speaks(host: string, port: number, servername: string, version: SecureVersion): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port, servername, minVersion: version, maxVersion: version, timeout: 15_000 },
      // Only the version is asked for, nothing is sent; the certificate is looked at in certificate.ts.
      rejectUnauthorized: false,
      // Without it, this machine itself refuses the old versions, and nothing is learned about the server.
      ciphers: "DEFAULT:@SECLEVEL=0",
    });
    const end = (answer: boolean) => (socket.destroy(), resolve(answer));
    socket.on("secureConnect", () => end(true));
    socket.on("timeout", () => socket.destroy(new Error(`${host}:${port} did not answer within 15 s`)));
    // An alert, or a connection that is cut during the handshake, is the server's refusal.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      /ALERT|UNSUPPORTED_PROTOCOL|ECONNRESET/.test(error.code ?? "") ? end(false) : reject(error),
    );
  });
}
