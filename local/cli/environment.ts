import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { addressesOf } from "../hosts/nspawn/addressing";
import { ACME_NAME } from "../hosts/nspawn/names";
import { apiUrl, inside, type Instance } from "./instance";
import { giveToUser } from "./privileges";

/** Writes what makes a shell, Pulumi and every Linode client here talk to this instance: `source <directory>/env`. */
export function writeEnvironment(instance: Instance): void {
  makeOnce(inside(instance, "passphrase"), () => `${randomBytes(24).toString("base64url")}\n`);
  makeKey(instance);
  for (const name of ["state", "pulumi"]) {
    fs.mkdirSync(inside(instance, name), { recursive: true });
    giveToUser(inside(instance, name));
  }
  writeAuthorities(instance);
  const file = inside(instance, "env");
  fs.writeFileSync(`${file}.part`, renderEnvironment(instance), { mode: 0o600 });
  fs.renameSync(`${file}.part`, file);
  for (const name of [".", "env", "token", "ca.pem", AUTHORITIES]) {
    if (fs.existsSync(inside(instance, name))) giveToUser(inside(instance, name));
  }
}

/** The token is read when the file is sourced, so that a line of `env` can be shown to somebody. */
function renderEnvironment(instance: Instance): string {
  const addresses = addressesOf(instance.slot);
  const values = {
    LINODE_URL: apiUrl(instance),
    LINODE_EVENT_POLL_MS: "200",
    LINODE_CLI_API_HOST: `127.0.0.1:${instance.port}`,
    LINODE_CLI_API_SCHEME: "http",
    LINODE_CLI_API_VERSION: "v4",
    TRINODE_OPERATOR_ADDRESS: addresses.operator,
    TRINODE_OPERATOR_ADDRESS6: addresses.operator6,
    TRINODE_ACME_SERVER: `https://${ACME_NAME}/acme/local/directory`,
    // Object Storage is spoken to over HTTPS only; what else has to be trusted still is.
    SSL_CERT_FILE: inside(instance, AUTHORITIES),
    NODE_EXTRA_CA_CERTS: inside(instance, AUTHORITIES),
    AWS_CA_BUNDLE: inside(instance, AUTHORITIES),
    PULUMI_HOME: inside(instance, "pulumi"),
    PULUMI_BACKEND_URL: `file://${inside(instance, "state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: inside(instance, "passphrase"),
    PULUMI_STACK: "local",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // From Node.js 22.1 on: what was compiled for one run is there for the next.
    NODE_COMPILE_CACHE: inside(instance, "pulumi/cache/node"),
  };
  return [
    "# Written by `npm run local -- up`. To use the local Linode in this shell: source this file.",
    ...Object.entries(values).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
    `export LINODE_TOKEN="$(cat ${shellQuote(inside(instance, "token"))})"`,
    'export LINODE_CLI_TOKEN="$LINODE_TOKEN"',
    `export PATH=${shellQuote(inside(instance, "pulumi/bin"))}:"$PATH"`,
    "",
  ].join("\n");
}

/** Everything that this machine trusts, and the local authority: Go's programs take one file for all. */
const AUTHORITIES = "authorities.pem";

function writeAuthorities(instance: Instance): void {
  const file = inside(instance, AUTHORITIES);
  const usual = [process.env.SSL_CERT_FILE, "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"];
  const trusted = usual.find((one) => one && one !== file && fs.existsSync(one));
  const content = [trusted, inside(instance, "ca.pem")].map((one) => (one ? fs.readFileSync(one, "utf8") : ""));
  fs.writeFileSync(`${file}.part`, content.join("\n"));
  fs.renameSync(`${file}.part`, file);
}

const shellQuote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

/** The operator's key of stack `local`. */
function makeKey(instance: Instance): void {
  const directory = inside(instance, "ssh");
  const key = inside(instance, "ssh", "id_ed25519");
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  giveToUser(directory);
  if (fs.existsSync(key) && fs.existsSync(`${key}.pub`)) return;
  fs.rmSync(key, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "local-linode", "-f", key]);
  [key, `${key}.pub`].forEach(giveToUser);
}

function makeOnce(file: string, content: () => string): void {
  if (fs.existsSync(file)) return;
  fs.writeFileSync(`${file}.part`, content(), { mode: 0o600 });
  giveToUser(`${file}.part`);
  fs.renameSync(`${file}.part`, file);
}
