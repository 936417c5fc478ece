/** `linode.SshKey`. Source: terraform-provider-linode 3.1.1, linode/sshkey. */
import type { Properties } from "../base";
import { bridged } from "../base/bridge/bridged";
import { computed, required } from "../base/bridge/schema";
import { isNotFound } from "./client";
import type { Linode } from "./config";
import { attempt, failed, instant } from "./framework";

interface SshKeyShape {
  id: number;
  label: string;
  ssh_key: string;
  created: string;
}

export const sshKey = bridged<Linode>({
  token: "linode:index/sshKey:SshKey",
  flavour: "framework",
  fields: {
    label: required("string"),
    sshKey: required("string", { replace: true }),
    created: computed("string"),
  },
  async create(_want, { label, sshKey: ssh_key }, { client: { client } }) {
    const made = await attempt("Unable to create SSH Key", () =>
      client.post<SshKeyShape>("framework", "/profile/sshkeys", { label, ssh_key }),
    );
    return { id: String(made.id), state: stateOf(made) };
  },
  async read(id, _have, { client: { client } }) {
    try {
      const found = await client.get<SshKeyShape>("framework", `/profile/sshkeys/${id}`);
      return { state: stateOf(found) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async update({ id, plan }, { client: { client } }) {
    const { label } = plan;
    const changed = await attempt(`Failed to update SSH Key (${id})`, () =>
      client.put<SshKeyShape>("framework", `/profile/sshkeys/${id}`, { label }),
    );
    return stateOf(changed);
  },
  async delete(id, _have, { client: { client } }) {
    try {
      await client.delete("framework", `/profile/sshkeys/${id}`);
    } catch (error) {
      if (!isNotFound(error)) throw failed(`Failed to delete the SSH Key (${id})`, error);
    }
  },
});

function stateOf({ label, ssh_key, created }: SshKeyShape): Properties {
  return { label, sshKey: ssh_key, created: instant(created) };
}
