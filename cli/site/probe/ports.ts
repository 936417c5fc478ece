import { connect } from "node:net";
import ipaddr from "ipaddr.js";
import type { Role } from "../servers";
import type { Finding } from "../status/finding";
import { fact, judged, well } from "./said";
import type { Target } from "./target";

/** What runs on the servers, and what is often left open by mistake. */
const tried = [21, 22, 23, 25, 80, 111, 443, 2019, 3000, 3306, 5000, 5432, 6379, 8000, 8001, 8080, 9001, 9100];

/** `silent`: the firewall drops it. `refused`: it got through to a machine where nobody listens. */
export type Heard = "open" | "refused" | "silent";

/** What was heard from a server, port by port, and from which of our addresses we asked. */
export interface Listening {
  name: string;
  roles: Role[];
  heard: Map<number, Heard>;
}

export interface PortsOptions {
  /** Whether this machine is none of an operator: then 22 and 5432 must be closed to it, too. @default false */
  visitor?: boolean;
}

/** Ports of every server, tried from here, over IPv6 too where this machine has it. */
export async function lookAtPorts(target: Target, { visitor = false }: PortsOptions = {}): Promise<Finding[]> {
  const from = await ownAddress(target.web);
  const asked = await listen(target.servers);
  const who = visitor ? "visitor" : isOperator(from, target.operatorCidrs) ? "operator" : "unknown";
  return [...judgePorts(asked, who), ...(await lookOverIPv6(target, visitor))];
}

/** Nobody translates addresses there: whoever is not among the operators' is a visitor. */
async function lookOverIPv6({ servers, operatorCidrs }: Target, visitor: boolean): Promise<Finding[]> {
  const addressed = servers.filter(({ address6 }) => address6 !== undefined);
  const web = addressed.find(({ roles }) => roles.includes("web"));
  const from = web?.address6 && (await ownAddress(web.address6));
  // Not from here, or not there: a name's AAAA record that leads nowhere is seen by "names".
  if (!from) return [fact("ports over IPv6", "not tried: this machine does not reach the web server over IPv6")];
  const asked = await listen(addressed.map((server) => ({ ...server, address: server.address6! })));
  const who = !visitor && isOperator(from, operatorCidrs) ? "operator" : "visitor";
  return judgePorts(asked, who, "IPv6").slice(0, 1);
}

function listen(servers: Target["servers"]): Promise<Listening[]> {
  return Promise.all(
    servers.map(async ({ name, roles, address }) => {
      const heard = await Promise.all(tried.map(async (port) => [port, await hear(address, port)] as const));
      return { name, roles, heard: new Map(heard) };
    }),
  );
}

/** @param who asks: an operator, a visitor, or who can't be told, because addresses are translated on the way */
export function judgePorts(
  asked: Listening[],
  who: "operator" | "visitor" | "unknown",
  family: "IPv4" | "IPv6" = "IPv4",
): Finding[] {
  const complaints = asked.flatMap((server) => complaintsOf(server, who));
  const remedy =
    "The cloud firewalls are not the program's: ./site drift shows how, pulumi up --refresh puts them right. If it shows nothing, a machine is out of its firewall: put it back in Linode's pages";
  const text = `nothing but 80 and 443 of web${who === "visitor" ? "" : ", and operators' own"}; ${tried.length} tried on each server, over ${family}`;
  const name = family === "IPv4" ? "ports" : "ports over IPv6";
  return [judged(name, complaints, text, remedy), ...operatorPorts(asked, who)];
}

function complaintsOf({ name, roles, heard }: Listening, who: "operator" | "visitor" | "unknown"): string[] {
  const world = roles.includes("web") ? [80, 443] : [];
  const operators = who === "visitor" ? [] : [22, ...(roles.includes("database") ? [5432] : [])];
  const through = [...heard].filter(([port, what]) => what !== "silent" && ![...world, ...operators].includes(port));
  return [
    ...world.filter((port) => heard.get(port) !== "open").map((port) => `${name}: ${port} is closed to the world`),
    ...through.map(([port, what]) =>
      what === "open"
        ? `${name}: ${port} is open`
        : `${name}: ${port} is let through, although nobody listens there (or something between refuses it in the firewall's place)`,
    ),
  ];
}

/** What can't be told from an operator's machine: whether others are kept out. */
function operatorPorts(asked: Listening[], who: "operator" | "visitor" | "unknown"): Finding[] {
  if (who === "visitor")
    return [well("operators' ports", "22 and 5432 are closed to this machine, which is no operator's")];
  const open = asked.flatMap(({ name, heard }) => {
    const ports = [22, 5432].filter((port) => heard.get(port) === "open");
    return ports.length > 0 ? [`${name} ${ports.join(" and ")}`] : [];
  });
  if (open.length === 0) return [];
  const why =
    who === "operator"
      ? "this machine is among operators.cidrs"
      : "right if this machine is among operators.cidrs, which can't be told from here";
  return [
    fact(
      "operators' ports",
      `${open.join(", ")}: open, ${why}. Whether they are closed to others: ./site probe --visitor, from a machine that is not`,
    ),
  ];
}

export function isOperator(address: string | undefined, cidrs: string[]): boolean {
  if (!address || !ipaddr.isValid(address)) return false;
  const own = ipaddr.process(address);
  return cidrs.some((cidr) => {
    const [range, bits] = ipaddr.parseCIDR(cidr);
    return range.kind() === own.kind() && own.match(range, bits);
  });
}

/** From which address a server is asked; behind a translating router that is not the one that it sees. */
function ownAddress(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, timeout: 5_000 });
    const end = (address?: string) => (socket.destroy(), resolve(address));
    socket.on("connect", () => end(socket.localAddress));
    socket.on("timeout", () => end());
    socket.on("error", () => end());
  });
}

/** What comes back from a TCP port within three seconds. */
export function hear(host: string, port: number): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3_000 });
    const end = (what: Heard) => (socket.destroy(), resolve(what));
    socket.on("connect", () => end("open"));
    socket.on("timeout", () => end("silent"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "refused" : "silent"));
  });
}
