import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./command";
import type { GuestFile } from "./guest";

export const authorityCertificate = (directory: string) => path.join(directory, "ca.pem");
export const authorityKey = (directory: string) => path.join(directory, "ca.key");

/** Makes the local certificate authority, once for each instance: `ca.pem` to trust, `ca.key` for root only. */
export async function makeAuthority(directory: string): Promise<void> {
  const certificate = authorityCertificate(directory);
  const key = authorityKey(directory);
  if (fs.existsSync(certificate) && fs.existsSync(key)) return;
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "3650"],
    ...["-keyout", `${key}.part`, "-out", `${certificate}.part`, "-subj", "/CN=Local Linode"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  ]);
  fs.chmodSync(`${key}.part`, 0o600);
  fs.renameSync(`${key}.part`, key);
  fs.renameSync(`${certificate}.part`, certificate);
}

/**
 * A certificate for names and addresses (`DNS:…`, `IP:…`), for as long as the authority itself is valid.
 * @param file gets `.pem` and `.key`
 */
export async function issueCertificate(directory: string, file: string, names: string[]): Promise<void> {
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "3649"],
    ...["-CA", authorityCertificate(directory), "-CAkey", authorityKey(directory)],
    ...["-keyout", `${file}.key.part`, "-out", `${file}.pem.part`, "-subj", "/CN=Local Linode objects"],
    ...["-addext", `subjectAltName=${names.join(",")}`, "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-addext", "extendedKeyUsage=serverAuth", "-addext", "keyUsage=critical,digitalSignature"],
  ]);
  fs.chmodSync(`${file}.key.part`, 0o600);
  fs.renameSync(`${file}.key.part`, `${file}.key`);
  fs.renameSync(`${file}.pem.part`, `${file}.pem`);
}

/** Hosts trust it as they trust the public authorities; prepare.sh adds it to the bundle. */
export function authorityFiles(directory: string): GuestFile[] {
  const content = fs.readFileSync(authorityCertificate(directory));
  return [{ path: "/usr/local/share/ca-certificates/local-linode.crt", mode: 0o644, content }];
}
