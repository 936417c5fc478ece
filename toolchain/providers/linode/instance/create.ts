/** Creating a Linode. Source: terraform-provider-linode 3.1.1, linode/instance/resource.go (createResource). */
import { Context, isObject, isUnknown, Properties, Value } from "../../base";
import { HalfMade } from "../../base/bridge/bridged";
import { sorted } from "../../base/bridge/plan";
import { setOrder } from "../../base/bridge/setOrder";
import type { Linode } from "../config";
import { deadline, waitForStatus } from "../poll";
import type { LinodeInstance } from "../shapes";
import { alertsBody, asList, creation, randomPassword } from "./request";
import { readInstance } from "./state";

/** @throws HalfMade for what fails after Linode made it. */
export async function createInstance(
  want: Properties,
  plan: Properties,
  context: Context<Linode>,
  seconds: number,
): Promise<{ id: string; state: Properties }> {
  const { client: linode, signal } = context;
  refuse(want);
  const password = typeof want.rootPass === "string" && want.rootPass !== "" ? want.rootPass : randomPassword();
  const made = await linode.client
    .post<LinodeInstance>("sdk", "/linode/instances", creation(want, password))
    .catch((error: Error) => {
      throw new Error(`Error creating a Linode Instance: ${error.message}`);
    });
  const id = String(made.id);
  const known = { ...plan, ...firstAddresses(made) };
  try {
    await settle(linode, made.id, want);
    const target = want.booted === false || !want.image ? "offline" : "running";
    if (!linode.skipInstanceReadyPoll) {
      await waitForStatus(linode, made.id, target, deadline(seconds, signal)).catch((error: Error) => {
        throw new Error(`timed-out waiting for Linode instance ${id} to reach status ${target}: ${error.message}`);
      });
    }
    const state = await readInstance(linode, id, withoutUnknown(known));
    if (state === undefined) throw new Error(`Linode ${id} was deleted while it was being created`);
    return { id, state: { ...state, interfaces: asPlanned(state.interfaces, want.interfaces) } };
  } catch (error) {
    throw new HalfMade(id, known, error instanceof Error ? error.message : String(error));
  }
}

/** Ranges that the program does not say are nothing until the first refresh, as the official plugin keeps them. */
function asPlanned(found: Value | undefined, wanted: Value | undefined): Value {
  return asList(found).map((item, index) => {
    const said = asList(wanted)[index];
    return isObject(item) && isObject(said) && said.ipRanges === undefined ? { ...item, ipRanges: null } : item;
  });
}

/** What create itself cannot say. */
async function settle({ client }: Linode, id: number, want: Properties): Promise<void> {
  const update: Record<string, unknown> = {};
  if (want.alerts !== undefined && want.alerts !== null) update.alerts = alertsBody(want.alerts);
  if (want.watchdogEnabled === false) update.watchdog_enabled = false;
  if (Object.keys(update).length > 0) await client.put("sdk", `/linode/instances/${id}`, update);
  const shared = asList(want.sharedIpv4s);
  if (shared.length > 0) await client.post("sdk", "/networking/ips/share", { ips: setOrder(shared), linode_id: id });
}

function refuse(want: Properties): void {
  for (const name of ["disks", "configs"]) {
    if (asList(want[name]).length === 0) continue;
    throw new Error(
      `${name}: explicit disks and configs are not in this stand-in of pulumi-linode: use image, or the official plugin.`,
    );
  }
  if (want.booted === true && !want.image)
    throw new Error("failed to validate: booted requires an image or disk/config be defined");
}

function firstAddresses({ ipv4, ipv6 }: LinodeInstance): Properties {
  const isPrivate = (address: string) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
  return {
    ipv4s: sorted(ipv4),
    ipv6,
    ipAddress: ipv4.filter((address) => !isPrivate(address)).pop() ?? null,
    privateIpAddress: ipv4.filter(isPrivate).pop() ?? null,
  };
}

function withoutUnknown(plan: Properties): Properties {
  return Object.fromEntries(Object.entries(plan).map(([name, value]) => [name, isUnknown(value) ? null : value]));
}
