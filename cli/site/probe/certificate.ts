import { connect, type PeerCertificate } from "node:tls";
import type { Finding } from "../status/finding";
import { fact, judged } from "./said";
import { addressFor, authorities, namesOf, type Target } from "./target";

/** What a server shows for a name. */
export interface Shown {
  name: string;
  certificate: Pick<PeerCertificate, "valid_from" | "valid_to" | "issuer" | "fingerprint256">;
  /** Why a browser refuses it. @default it does not */
  refused?: string;
}

/** The certificates that visitors get for each name: whose, whether their chain holds, for how long still. */
export async function lookAtCertificate(target: Target): Promise<Finding[]> {
  const shown = await Promise.all(namesOf(target).map((name) => show(target, name)));
  return judgeCertificates(shown, target.tls.mode);
}

/** @param now for tests @default the clock */
export function judgeCertificates(shown: Shown[], mode: string, now = new Date()): Finding[] {
  const different = shown.filter(
    (one, i) =>
      shown.findIndex(({ certificate }) => certificate.fingerprint256 === one.certificate.fingerprint256) === i,
  );
  const expiry = different.map(({ certificate }) => leftOf(certificate, now));
  const old = expiry.filter(({ share }) => share < 1 / 4);
  const selfSigned = mode === "selfsigned";
  const complaints = [
    ...(selfSigned ? [] : shown.filter(({ refused }) => refused).map(({ name, refused }) => `${name}: ${refused}`)),
    ...old.map(({ text }) => `${text}, which is less than a quarter of its life`),
  ];
  const issuers = [...new Set(different.map(({ certificate }) => String(certificate.issuer.CN)))].join(", ");
  const text = `${shown.map(({ name }) => name).join(", ")}: by ${issuers}, ${expiry.map((one) => one.text).join("; ")}`;
  return [
    judged("certificate", complaints, text, "See the line web certificate, and /var/log/trinode on it: ./site status"),
    ...(selfSigned ? [fact("certificate", "self-signed, as tls.mode says: browsers warn of it")] : []),
  ];
}

function leftOf({ valid_from, valid_to }: Shown["certificate"], now: Date): { share: number; text: string } {
  const [from, to] = [valid_from, valid_to].map((text) => new Date(text).getTime()) as [number, number];
  const left = to - now.getTime();
  const hours = Math.floor(left / 3_600_000);
  if (left <= 0) return { share: 0, text: `expired on ${new Date(to).toISOString()}` };
  return {
    share: left / (to - from),
    text: hours < 48 ? `${hours} hours left` : `${Math.floor(hours / 24)} days left`,
  };
}

function show(target: Target, name: string): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: addressFor(target, name) ?? name,
      port: 443,
      servername: name,
      ca: authorities(target),
      // One that does not hold is to be described, not only refused.
      rejectUnauthorized: false,
      timeout: 15_000,
    });
    socket.on("secureConnect", () => {
      const refused = socket.authorized ? undefined : String(socket.authorizationError);
      resolve({ name, certificate: socket.getPeerCertificate(), ...(refused && { refused }) });
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error(`${name}:443 did not answer within 15 s`)));
    socket.on("error", reject);
  });
}
