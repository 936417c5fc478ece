import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import type { SshKey } from "../records";
import type { CreateSshKey } from "../schemas/account";
import { linodeTime } from "../time";
import { isSshKey, sshKeyRule } from "./deploy";
import { notify } from "./events";

export const find = ({ store }: Cloud, id: number): SshKey => must(store.get("sshkey", id));

/** https://techdocs.akamai.com/linode-api/reference/post-add-ssh-key */
export function create(cloud: Cloud, { label, ssh_key }: CreateSshKey): SshKey {
  if (!isSshKey(ssh_key.trim())) throw invalid(sshKeyRule, "ssh_key");
  return cloud.store.write(() => {
    const key = cloud.store.put("sshkey", {
      id: cloud.store.nextId(),
      label,
      ssh_key: ssh_key.trim(),
      created: linodeTime(),
    });
    notify(cloud, "user_ssh_key_add", null);
    return key;
  });
}

export function update(cloud: Cloud, id: number, label: string | null | undefined): SshKey {
  const key = find(cloud, id);
  if (label == null) return key;
  return cloud.store.write(() => {
    notify(cloud, "user_ssh_key_update", null);
    return cloud.store.update("sshkey", id, { label });
  });
}

export function remove(cloud: Cloud, id: number): void {
  find(cloud, id);
  cloud.store.write(() => {
    cloud.store.remove("sshkey", id);
    notify(cloud, "user_ssh_key_delete", null);
  });
}
