import { exitCodes, SiteError } from "./failure";
import { plain, type SiteStack, type StateResource } from "./stack";

export const roles = ["web", "app", "database"] as const;
export type Role = (typeof roles)[number];

/** A machine of the stack. */
export interface Server {
  /** As the state calls it: `web`, `app`, `app-2`, `database`, or `server` when one has all roles. */
  name: string;
  roles: Role[];
  /** At Linode. */
  id: number;
  label: string;
  /** Public IPv4 address. */
  address: string;
  /** Public IPv6 address. @default it has none */
  address6?: string;
  /** `ssh-ed25519 AAAA…`, recorded by `pulumi up` at its first contact. */
  hostKey: string;
}

/** The machines of a stack. @throws SiteError when there is none yet */
export async function serversOf(stack: SiteStack): Promise<Server[]> {
  const servers = findServers((await stack.state()).resources);
  if (servers.length === 0)
    throw new SiteError(`stack ${stack.name} has no server yet. Make it: pulumi up`, exitCodes.unseen);
  return servers;
}

/** The server with a role, of several the first: it does what is done once. */
export function serverOf(servers: Server[], role: Role): Server {
  const [first] = serversWith(servers, role);
  if (!first) throw new SiteError(`there is no server for ${role} yet. Finish it: pulumi up`, exitCodes.unseen);
  return first;
}

/** All servers with a role, the first one first. */
export function serversWith(servers: Server[], role: Role): Server[] {
  return servers.filter((one) => one.roles.includes(role));
}

/** Machines and their recorded keys; read from the resources, so that they are found while a first `pulumi up` is half-way, too. */
export function findServers(resources: StateResource[]): Server[] {
  const named = new Map(resources.map((resource) => [nameOf(resource), resource.outputs ?? {}]));
  return resources
    .filter(({ type }) => type === "linode:index/instance:Instance")
    .map((resource) => {
      const name = nameOf(resource).replace(/-instance$/, "");
      const outputs = resource.outputs ?? {};
      const contact = text(named.get(`${name}-contact`)?.stdout);
      return {
        name,
        roles: rolesOf(name),
        id: Number(text(outputs.id)),
        label: text(outputs.label),
        address: text(outputs.ipAddress),
        // Linode writes it with its prefix.
        ...(text(outputs.ipv6) && { address6: text(outputs.ipv6).split("/")[0]! }),
        hostKey: contact.split(/\s+/).slice(0, 2).join(" "),
      };
    })
    .sort((a, b) => roles.indexOf(a.roles[0]!) - roles.indexOf(b.roles[0]!) || (a.name < b.name ? -1 : 1));
}

function rolesOf(name: string): Role[] {
  return name === "server" ? [...roles] : roles.filter((role) => name === role || name.startsWith(`${role}-`));
}

/** The last part of a URN. */
export function nameOf({ urn }: StateResource): string {
  return urn.split("::").pop() ?? "";
}

function text(value: unknown): string {
  const found = plain(value);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}
