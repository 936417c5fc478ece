import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { Refusal } from "./instance";

/** What sudo would take away: this project's own settings, and how this machine reaches the world. */
const KEPT = [
  ...["TRINODE_PLUGINS", "TRINODE_DEBIAN_MIRROR"],
  ...["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE"],
];

/** @throws Refusal where hosts can't run, whoever asks: in a sentence, with what to do */
export function mustBeAbleToBecomeRoot(): void {
  if (process.platform !== "linux") {
    throw new Refusal("The local Linode's hosts need Linux. Run this on a Linux machine or in a VM.");
  }
  if (process.getuid?.() !== 0 && spawnSync("sudo", ["--version"]).error) {
    throw new Refusal("The local Linode's hosts need root, and there is no sudo here. Run the command as root.");
  }
}

/** A command as root runs it: as it is, or by sudo. */
export function asRoot(command: string[]): string[] {
  return process.getuid?.() === 0 ? command : ["sudo", `--preserve-env=${KEPT.join(",")}`, "--", ...command];
}

/** Hosts need root: runs this very command again with sudo where that is possible, and ends with its exit code. */
export function becomeRoot(): void {
  mustBeAbleToBecomeRoot();
  if (process.getuid?.() === 0) return;
  const [file = "sudo", ...args] = asRoot([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  console.log("Hosts need root; running the command again with sudo.");
  const result = spawnSync(file, args, { stdio: "inherit" });
  process.exit(result.status ?? 1);
}

/** Gives a file that the user needs to whoever called sudo. */
export function giveToUser(file: string): void {
  const { SUDO_UID: uid, SUDO_GID: gid } = process.env;
  if (process.getuid?.() === 0 && uid && gid) fs.chownSync(file, Number(uid), Number(gid));
}
