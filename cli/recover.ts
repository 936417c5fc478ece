import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LinodeApi } from "./linodeApi";
import { isRunning, nameOf } from "./process";
import { pulumi, type Stack } from "./pulumi";

/** What was under way when a run of Pulumi was killed. */
interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Why it was only half made or changed: the state may then say more than is so. */
  initErrors?: string[];
  /** It is gone, and what takes its place is not there yet. */
  pendingReplacement?: boolean;
}

/** As `pulumi stack export` prints it. */
interface ExportedState {
  deployment?: { resources?: StateResource[]; pending_operations?: PendingOperation[] };
}

/**
 * Puts a stack right whose last run was killed: a lock whose owner is gone is taken away; what had been made without its id reaching
 * the state is found again, and adopted. After it, `pulumi up` goes on where the killed one was. A stack that is well is left alone.
 */
export async function recover(stack: Stack): Promise<void> {
  if (restoreCheckpoint(stack))
    console.log("the last run of Pulumi was killed while it wrote its state: its last whole one is used");
  if (abandonedLock(stack)) {
    console.log("the last run of Pulumi was killed: its lock is taken away");
    await pulumi(stack, ["cancel", "--yes"]);
  }
  const state = JSON.parse(await pulumi(stack, ["stack", "export"])) as ExportedState;
  const { pending_operations: pending = [], ...deployment } = state.deployment ?? {};
  if (pending.length === 0) return lookAgain(stack, deployment.resources ?? []);
  console.log(
    `the last run of Pulumi was killed in the middle of ${pending.length} operations: looking at what became of them`,
  );
  const created = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const found = await Promise.all(
    created.map(async (resource) => ({ ...resource, id: await findMade(stack, resource) })),
  );
  const adopted = found.filter(({ id }) => id !== undefined);
  const mended = {
    ...state,
    deployment: { ...deployment, resources: withAdopted(deployment.resources ?? [], adopted) },
  };
  await pulumi(stack, ["stack", "import"], { input: JSON.stringify(mended) });
  if (adopted.length > 0) await readAdopted(stack, adopted);
  await lookAtChanged(
    stack,
    pending.filter(({ type }) => type === "updating").map(({ resource }) => resource),
  );
}

/** One that replaces another stands in that one's place: what depends on it comes behind. */
export function withAdopted(resources: StateResource[], adopted: StateResource[]): StateResource[] {
  const replaces = (one: StateResource, old: StateResource) => old.pendingReplacement === true && old.urn === one.urn;
  const others = adopted.filter((one) => !resources.some((old) => replaces(one, old)));
  return [...resources.map((old) => adopted.find((one) => replaces(one, old)) ?? old), ...others];
}

/** What was done of a change is in the state after it: Linode refuses to resize a machine to the size that it has. */
async function lookAtChanged(stack: Stack, changed: StateResource[]): Promise<void> {
  const machines = changed.filter(isMachine);
  if (machines.length === 0) return;
  await bootResized(stack, machines);
  const targets = machines.flatMap(({ urn }) => ["--target", urn]);
  await pulumi(stack, ["refresh", "--yes", "--skip-preview", ...targets]);
}

const isMachine = ({ type }: StateResource) => type === "linode:index/instance:Instance";

/** A resize turns a machine off, resizes it and turns it on again: one that was cut off before the last is still off. */
async function bootResized({ env }: Stack, halfDone: StateResource[]): Promise<void> {
  const ids = new Set(halfDone.filter(isMachine).map(({ id }) => id));
  if (ids.size === 0) return;
  const api = new LinodeApi(env);
  const machines = await api.find<{ id: number; label: string; status: string }>("/linode/instances", {});
  for (const { id, label, status } of machines) {
    if (!ids.has(String(id)) || status !== "offline") continue;
    console.log(`${label} was turned off to be resized: it is turned on again`);
    await api.call("POST", `/linode/instances/${id}/boot`, {});
  }
}

/** After a change that failed, the state has what was wanted: without a look at what is, the next `up` would not make it. */
async function lookAgain(stack: Stack, resources: StateResource[]): Promise<void> {
  const doubtful = resources.filter(({ initErrors = [] }) => initErrors.length > 0);
  if (doubtful.length === 0) return;
  console.log(
    `the last run of Pulumi left ${doubtful.length} resources half made or changed: looking at what they are`,
  );
  await bootResized(stack, doubtful);
  await pulumi(stack, ["refresh", "--yes", "--skip-preview"]);
}

/** Reads what Linode says of adopted resources. What it does not tell, such as a machine's image, is as it was asked for. */
async function readAdopted(stack: Stack, adopted: StateResource[]): Promise<void> {
  await pulumi(stack, ["refresh", "--yes", "--skip-preview"]);
  const state = JSON.parse(await pulumi(stack, ["stack", "export"])) as ExportedState;
  for (const resource of state.deployment?.resources ?? []) {
    const asked = adopted.find(({ urn }) => urn === resource.urn)?.inputs;
    if (!asked) continue;
    resource.outputs = { ...asked, ...resource.outputs };
    resource.inputs = asked;
  }
  await pulumi(stack, ["stack", "import"], { input: JSON.stringify(state) });
}

/**
 * Pulumi keeps the state before last beside the state of a stack, and begins nothing before it has written that it does: when the
 * newest is not whole, the one before knows all that was made, or is pending. Returns whether it was needed.
 */
function restoreCheckpoint({ name, env }: Stack): boolean {
  const file = inState(env, "stacks/trinode", `${name}.json`);
  if (!file || !existsSync(file)) return false;
  dropBrokenAttributes(inState(env) ?? "");
  if (isWhole(file)) return false;
  if (!isWhole(`${file}.bak`)) throw new Error(`${file} and the copy beside it are both broken; is the disk full?`);
  renameSync(file, `${file}.broken`);
  rmSync(`${file}.attrs`, { force: true });
  copyFileSync(`${file}.bak`, file);
  return true;
}

/** Beside each file of a state stands one about it, which may be missing, but not be empty: Pulumi then says "EOF". */
function dropBrokenAttributes(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const file = join(directory, name);
    if (name.endsWith(".attrs") && !isWhole(file)) rmSync(file);
  }
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** A path in the state, when the state is in a directory of this machine. */
function inState(env: NodeJS.ProcessEnv, ...path: string[]): string | undefined {
  if (!env.PULUMI_BACKEND_URL?.startsWith("file://")) return undefined;
  return join(fileURLToPath(env.PULUMI_BACKEND_URL), ".pulumi", ...path);
}

/** Whether the stack is locked by a process of this machine that runs no more. States that are not in a directory lock by themselves. */
function abandonedLock({ name, env }: Stack): boolean {
  const locks = inState(env, "locks/organization/trinode", name);
  if (!locks || !existsSync(locks)) return false;
  // Beside each lock stands a file about it, which names no process.
  const files = readdirSync(locks).filter((name) => !name.endsWith(".attrs"));
  return files.some((file) => {
    if (!isWhole(join(locks, file))) return true;
    const { pid } = JSON.parse(readFileSync(join(locks, file), "utf8")) as { pid: number };
    // After a reboot its number is soon another program's.
    return !isRunning(pid) || !(nameOf(pid) ?? "pulumi").startsWith("pulumi");
  });
}

/** The id of what was made; undefined when it was not, or when making it again does no harm. */
async function findMade(
  { env }: Stack,
  { type, inputs = {} }: PendingOperation["resource"],
): Promise<string | undefined> {
  const api = new LinodeApi(env);
  const { label, vpcId, domainId, name, recordType, target } = inputs as Record<string, string>;
  const byLabel = async (path: string) => (await api.find<Labelled>(path, { label }))[0]?.id.toString();
  switch (type) {
    case "linode:index/instance:Instance":
      return byLabel("/linode/instances");
    case "linode:index/firewall:Firewall":
      return byLabel("/networking/firewalls");
    case "linode:index/sshKey:SshKey":
      return byLabel("/profile/sshkeys");
    case "linode:index/vpc:Vpc":
      return byLabel("/vpcs");
    case "linode:index/vpcSubnet:VpcSubnet":
      return byLabel(`/vpcs/${vpcId}/subnets`);
    case "linode:index/domainRecord:DomainRecord": {
      const records = await api.find<DnsRecord>(`/domains/${domainId}/records`, { name, type: recordType, target });
      return records[0]?.id.toString();
    }
    // Their name is their id; a refresh drops what is not there.
    case "postgresql:index/role:Role":
    case "postgresql:index/database:Database":
      return name;
    default:
      return undefined;
  }
}

interface Labelled {
  id: number;
  label: string;
}

interface DnsRecord {
  id: number;
  name: string;
  type: string;
  target: string;
}
