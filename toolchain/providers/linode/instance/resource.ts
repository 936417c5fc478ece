/** `linode.Instance`. Source: terraform-provider-linode 3.1.1, linode/instance/resource.go. */
import type { CheckFailure, Properties } from "../../base";
import { bridged } from "../../base/bridge/bridged";
import type { Linode } from "../config";
import { act, deadline } from "../poll";
import { createInstance } from "./create";
import { fields } from "./schema";
import { readInstance } from "./state";
import { updateInstance } from "./update";

const timeouts = { create: 900, update: 3600, delete: 600 };

export const instance = bridged<Linode>({
  token: "linode:index/instance:Instance",
  flavour: "sdk",
  fields,
  timeouts,
  validate,
  create: (want, plan, context) => createInstance(want, plan, context, context.timeoutSeconds || timeouts.create),
  async read(id, have, { client }) {
    const state = await readInstance(client, id, have);
    return state && { state };
  },
  update: (request, context) => updateInstance(request, context, context.timeoutSeconds || timeouts.update),
  async delete(id, _have, { client: linode, signal, timeoutSeconds, urn }) {
    const path = `/linode/instances/${id}`;
    const remove = () => linode.client.delete("sdk", path);
    const until = deadline(timeoutSeconds || timeouts.delete, signal);
    try {
      await act(linode, Number(id), "linode_delete", remove, until, { wait: !linode.skipInstanceDeletePoll });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`deleting ${urn}: 1 error occurred:\n\t* Error deleting Linode instance ${id}: ${reason}\n\n`);
    }
  },
});

/** What excludes each other, and what needs an image. */
function validate(inputs: Properties, name: string): CheckFailure[] {
  const given = (field: string) => inputs[field] !== undefined && inputs[field] !== null;
  const failures: CheckFailure[] = [];
  const fail = (reason: string, field: string) => {
    failures.push({ property: "", reason: `${reason}. Examine values at '${name}.${field}'.` });
  };
  const explicit = ["disks", "configs"].filter(given);
  const excluded = [
    "image",
    "backupId",
    "stackscriptId",
    "rootPass",
    "authorizedKeys",
    "authorizedUsers",
    "interfaces",
  ];
  for (const field of excluded.filter(given)) {
    for (const other of explicit)
      fail(`Conflicting configuration arguments. "${field}" conflicts with ${other}`, field);
  }
  if (given("image") && given("backupId"))
    fail('Conflicting configuration arguments. "backup_id": conflicts with image', "backupId");
  for (const field of ["stackscriptId", "authorizedKeys", "authorizedUsers", "swapSize", "interfaces"]) {
    if (given(field) && !given("image"))
      fail(`Missing required argument. "${field}": all of \`${field},image\` must be specified`, field);
  }
  return failures;
}
