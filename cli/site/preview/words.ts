import { types } from "../../../policy/plan";
import type { Change } from "./changes";
import { code } from "./markdown";

/** What happens to visitors: the worst comes first. */
export type Effect = "lost" | "refused" | "off" | "restarts" | "noticed by nobody";

export interface Told {
  /** One sentence, as Markdown. */
  text: string;
  effect: Effect;
}

/** Steps on servers, by the end of their names: what they do when their content changes. */
const steps: [RegExp, string, Effect][] = [
  [/-keys$/, "operators' keys", "noticed by nobody"],
  [/-contact$/, "first contact: the machine's SSH host key is recorded", "noticed by nobody"],
  [/-dns-free$/, "whether other records of the names stand in the zone is looked at", "noticed by nobody"],
  [/-behind-firewall$/, "whether the machine is behind its firewall is looked at", "noticed by nobody"],
  [
    /^database-setup$/,
    "PostgreSQL's files: it reloads; it restarts when sizes change that it reads at its start",
    "restarts",
  ],
  [/^web-setup$/, "nginx's files: it reloads, no request is lost", "noticed by nobody"],
  [
    /-certificate$/,
    "the certificate: fetched where names, mode or authority changed, else looked at",
    "noticed by nobody",
  ],
  [/^app(-\d+)?-setup$/, "the application server's files; Redis restarts if its settings changed", "restarts"],
  [/^app(-\d+)?-source$/, "the site's source is brought there", "noticed by nobody"],
  [/^app(-\d+)?-build$/, "a release is built beside the one that serves, and tried", "noticed by nobody"],
  [
    /^app(-\d+)?-release$/,
    "the site switches (release, variables, gunicorn's settings): migrations that are due run, gunicorn's processes restart one after the other, programs of app.processes side by side",
    "restarts",
  ],
  [/^app(-\d+)?-out$/, "it is out of the web server's upstream while it changes", "noticed by nobody"],
  [/^app(-\d+)?-in$/, "it is put back in, once it answers", "noticed by nobody"],
  [/^app(-\d+)?-key$/, "where the secret key changes, it learns the next one", "noticed by nobody"],
  [/^app-confirm$/, "the first server no longer goes back by itself", "noticed by nobody"],
  [/-mail$/, "whether mail can be sent is looked at", "noticed by nobody"],
  [/^backups?-.*setup$/, "when copies are made, what of, and how long they are kept", "noticed by nobody"],
  [/-upkeep$/, "when updates are installed", "noticed by nobody"],
  [/-dump(-file)?$/, "the dump: restored only into an empty database", "noticed by nobody"],
];

/** A change in plain words: what, where, and who notices. Says no more than the preview does: secret content shows only that it differs. */
export function tell(change: Change): Told {
  if (change.losesData) return { text: loss(change), effect: "lost" };
  if (change.refused) return { text: renaming(change), effect: "refused" };
  if (change.type === types.instance) return machine(change);
  if (change.type === types.firewall) return { text: firewall(change), effect: "noticed by nobody" };
  if (change.type.startsWith("command:")) return step(change);
  return { text: other(change), effect: "noticed by nobody" };
}

/** Whose machine: `web server`, `Linode` for one that has all roles. */
export function place(name: string): string {
  const role = name.split("-")[0] ?? "";
  return (
    { web: "web server", app: "application server", database: "database server", server: "Linode", backups: "backups" }[
      role
    ] ?? role
  );
}

function loss({ kind, type, name }: Change): string {
  const what =
    type === types.database
      ? `the database ${code(name)}, with all that is in it`
      : type !== types.instance
        ? `${code(name)}, with all that is on it`
        : name.startsWith("app")
          ? "the application server, **with what visitors have uploaded**"
          : `the ${place(name)}, **with the database on it**${name.startsWith("server") ? " and what visitors have uploaded" : ""}`;
  return `${kind}: ${what}. What no backup and no dump holds is gone.`;
}

function renaming({ type, name }: Change): string {
  const key = type === types.database ? "trinode:database.name" : "trinode:site";
  return `${type === types.database ? "PostgreSQL" : `the ${place(name)}`} holds data under the former name and refuses another one. Set ${code(key)} back.`;
}

function machine({ kind, name, before, after, differs }: Change): Told {
  const [old, next] = [before?.inputs ?? {}, after?.inputs ?? {}];
  const where = `the ${place(name)}`;
  if (kind === "created")
    return {
      text: `${where}: a new Linode, ${code(String(next.type))} in ${code(String(next.region))}`,
      effect: "noticed by nobody",
    };
  if (kind === "deleted") return { text: `${where}: the Linode is deleted`, effect: "off" };
  if (kind === "replaced")
    return {
      text: `${where}: made anew (${paths(differs)}); the site is away until all its steps have run`,
      effect: "off",
    };
  if (differs.includes("type"))
    return {
      text: `${where}: resized from ${code(String(old.type))} to ${code(String(next.type))}; it is off for as long as that takes, minutes at Linode`,
      effect: "off",
    };
  return { text: `${where}: ${paths(differs)} of the Linode`, effect: "noticed by nobody" };
}

/** Rules that come and go, as a reader of a firewall says them. */
function firewall({ kind, name, before, after, differs }: Change): string {
  const where = `the ${place(name)}'s cloud firewall`;
  if (kind === "deleted" || kind === "replaced") return `${where} is ${kind}`;
  const [old, next] = [rulesOf(before?.inputs), rulesOf(after?.inputs)];
  const come = next.filter((rule) => !old.includes(rule)).map((rule) => `lets in ${code(rule)}`);
  const gone = old.filter((rule) => !next.includes(rule)).map((rule) => `no longer lets in ${code(rule)}`);
  const rest = differs.filter((name) => name !== "inbounds");
  return `${where}: ${[...come, ...gone, ...(kind === "updated" && rest.length > 0 ? [paths(rest)] : [])].join("; ") || "the order of its rules"}`;
}

interface Inbound {
  protocol?: string;
  ports?: string;
  ipv4s?: string[];
  ipv6s?: string[];
}

function rulesOf(inputs: Record<string, unknown> = {}): string[] {
  return ((inputs.inbounds ?? []) as Inbound[]).map(
    ({ protocol, ports = "all", ipv4s = [], ipv6s = [] }) =>
      `${protocol} ${ports} from ${[...ipv4s, ...ipv6s].join(", ")}`,
  );
}

function step({ kind, name }: Change): Told {
  const where = place(name);
  if (kind === "deleted")
    return { text: `${where}: step ${code(name)} is no longer done; what it did stays`, effect: "noticed by nobody" };
  const [, what, effect] = steps.find(([rule]) => rule.test(name)) ?? [
    undefined,
    `step ${code(name)} is done`,
    "restarts" as const,
  ];
  // A first time restarts nothing that anybody uses.
  return { text: `${where}: ${what}`, effect: kind === "created" ? "noticed by nobody" : effect };
}

function other({ kind, type, name, differs }: Change): string {
  const what =
    {
      "linode:index/domainRecord:DomainRecord": "DNS record",
      "random:index/randomPassword:RandomPassword": "password",
      "postgresql:index/role:Role": "PostgreSQL login",
      "postgresql:index/extension:Extension": "PostgreSQL extension",
    }[type] ?? code(type);
  return `${what} ${code(name)} is ${kind}${kind === "updated" ? `: ${paths(differs)}` : ""}`;
}

function paths(differs: string[]): string {
  return differs.length === 0 ? "something secret" : differs.map((path) => code(path)).join(", ");
}
