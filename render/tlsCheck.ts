import { X509Certificate, createPrivateKey, type KeyObject } from "node:crypto";

/**
 * What is wrong with a certificate that an operator provides, a sentence for each; empty when it can be served: it can be read,
 * its key belongs to it, it is for all names, valid now, and followed by the certificates that signed it.
 * @param now for tests @default the clock
 */
export function certificateMistakes(
  names: string[],
  certificate: string,
  privateKey: string,
  now = new Date(),
): string[] {
  const chain = readChain(certificate);
  if (typeof chain === "string") return [chain];
  const key = readKey(privateKey);
  if (typeof key === "string") return [key];
  const [own, ...issuers] = chain;
  return [
    ...(own.checkPrivateKey(key) ? [] : ["The private key does not belong to the certificate. Give the pair."]),
    ...nameMistakes(own, names),
    ...[own, ...issuers].flatMap((one) => dateMistakes(one, now)),
    ...chainMistakes([own, ...issuers]),
  ];
}

function readChain(pem: string): [X509Certificate, ...X509Certificate[]] | string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [own, ...issuers] = blocks.map((block) => new X509Certificate(block));
    if (own) return [own, ...issuers];
  } catch {
    // Said below, the same as for none.
  }
  return 'No certificate can be read. Give PEM text ("-----BEGIN CERTIFICATE-----"), the site\'s own first.';
}

function readKey(pem: string): KeyObject | string {
  if (/ENCRYPTED/.test(pem)) return "The private key is encrypted. Give it decrypted, as a secret value.";
  try {
    return createPrivateKey(pem);
  } catch {
    return 'No private key can be read. Give PEM text ("-----BEGIN PRIVATE KEY-----"), as a secret value.';
  }
}

function nameMistakes(own: X509Certificate, names: string[]): string[] {
  const missing = names.filter((name) => own.checkHost(name, { subject: "never" }) === undefined);
  if (missing.length === 0) return [];
  const has = own.subjectAltName?.replaceAll("DNS:", "") ?? "no name";
  return [`The certificate is not for ${missing.join(", ")}; it is for ${has}. Have it issued for all names.`];
}

function dateMistakes(one: X509Certificate, now: Date): string[] {
  const who = one.subject.replaceAll("\n", ", ") || "The certificate";
  if (new Date(one.validTo) < now) return [`${who}: expired on ${one.validTo}. Renew it.`];
  if (new Date(one.validFrom) > now) return [`${who}: is not valid before ${one.validFrom}.`];
  return [];
}

/** A chain may end at any authority; what is in it has to be in order, and without one only a self-signed certificate stands. */
function chainMistakes(chain: X509Certificate[]): string[] {
  const broken = chain.slice(0, -1).find((one, i) => {
    const issuer = chain[i + 1];
    return !issuer || !one.checkIssued(issuer) || !one.verify(issuer.publicKey);
  });
  if (broken) {
    return ["The chain is not in order: each certificate has to be followed by the one that signed it."];
  }
  const [own] = chain;
  if (chain.length === 1 && own && !own.checkIssued(own)) {
    return [
      `The chain is missing: add the certificate of ${own.issuer.replaceAll("\n", ", ")} after the site's own, or many clients refuse it.`,
    ];
  }
  return [];
}
