import { createPrivateKey, KeyObject } from "node:crypto";
import { ParsedKey, utils } from "ssh2";

/**
 * Reads a private key in the forms that the official provider accepts: OpenSSH, PKCS#1, SEC 1, and PKCS#8, which ssh2
 * itself does not know.
 * @throws Error if it is no private key, or the passphrase is missing or wrong.
 */
export function readPrivateKey(text: string, passphrase?: string): ParsedKey {
  const pkcs8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text);
  const parsed = utils.parseKey(pkcs8 ? fromPkcs8(text, passphrase) : text, passphrase);
  const key: ParsedKey | Error | undefined = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  if (key === undefined) throw new Error("ssh: no key found");
  if (key instanceof Error) throw new Error(explain(key.message, passphrase));
  if (passphrase !== undefined && !pkcs8 && !(utils.parseKey(text) instanceof Error)) {
    throw new Error("ssh: key is not password protected");
  }
  if (!key.isPrivateKey()) throw new Error("ssh: no key found");
  return key;
}

function explain(reason: string, passphrase: string | undefined): string {
  if (/no passphrase given|encrypted/i.test(reason)) return "ssh: this private key is passphrase protected";
  if (passphrase !== undefined && /passphrase|decrypt|integrity/i.test(reason)) {
    return "x509: decryption password incorrect";
  }
  return /unsupported key format/i.test(reason) ? "ssh: no key found" : `ssh: ${reason}`;
}

function fromPkcs8(text: string, passphrase: string | undefined): string {
  const key = createPrivateKey({ key: text, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  switch (key.asymmetricKeyType) {
    case "rsa":
      return key.export({ format: "pem", type: "pkcs1" }).toString();
    case "ec":
      return key.export({ format: "pem", type: "sec1" }).toString();
    case "ed25519":
      return openSshEd25519(key);
    default:
      throw new Error(`ssh: unsupported key type ${key.asymmetricKeyType}`);
  }
}

/** An Ed25519 key in OpenSSH's own format (PROTOCOL.key of OpenSSH), the only one that ssh2 reads for this type. */
function openSshEd25519(key: KeyObject): string {
  const { d, x } = key.export({ format: "jwk" });
  const publicKey = Buffer.from(x ?? "", "base64url");
  const publicBlob = Buffer.concat([field("ssh-ed25519"), field(publicKey)]);
  const check = Buffer.alloc(8);
  const secret = [check, publicBlob, field(Buffer.concat([Buffer.from(d ?? "", "base64url"), publicKey])), field("")];
  const length = Buffer.concat(secret).length;
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const header = [Buffer.from("openssh-key-v1\0"), field("none"), field("none"), field(""), one, field(publicBlob)];
  const body = Buffer.concat([...header, field(Buffer.concat([...secret, padding]))]).toString("base64");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.replace(/.{70}/g, "$&\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** A length-prefixed string of the SSH protocol (RFC 4251 section 5). */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
