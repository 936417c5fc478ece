import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** Files that every host has, whatever its role. */
export function baseFiles(): HostFile[] {
  return [
    file("/etc/ssh/sshd_config.d/10-trinode.conf", 0o644, fill("base/sshd.conf")),
    file("/etc/systemd/journald.conf.d/trinode.conf", 0o644, fill("base/journald.conf")),
  ];
}

/** Root's `authorized_keys`. @throws Error for an empty list: nobody could get in any more. */
export function operatorKeys(sshKeys: string[]): HostFile {
  if (sshKeys.length === 0) throw new Error("at least one operator's key is needed");
  return file("/root/.ssh/authorized_keys", 0o600, `${sshKeys.join("\n")}\n`);
}
