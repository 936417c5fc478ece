import { redisAddress, redisUrl } from "./redisFiles";

/** What `${…}` in a site's variables can refer to. */
export interface Known {
  database: { host: string; port: number; name: string; user: string; password: string; url: string };
  secretKey: string;
  /** Former keys, newest first, that what was signed with them is still accepted by. */
  secretKeyFallbacks: string[];
  /** The private Redis. @default there is none */
  redis?: { host: string; port: number; password: string; url: string };
  /** All served names, the canonical one first. */
  domains: string[];
}

/** Forms of a list: `${domains}`, `${domains:space}`, `${domains:json}`. */
const listForms: Record<string, (items: string[]) => string> = {
  "": (items) => items.join(","),
  ":space": (items) => items.join(" "),
  ":json": (items) => JSON.stringify(items),
};

/** Names that stand between `${` and `}`, and what they mean. */
function meanings(known: Known): Map<string, string> {
  const lists = {
    secretKeyFallbacks: known.secretKeyFallbacks,
    domains: known.domains,
    origins: known.domains.map((domain) => `https://${domain}`),
  };
  return new Map([
    ...Object.entries(known.database).map(([key, value]): [string, string] => [`database.${key}`, String(value)]),
    ["secretKey", known.secretKey],
    ...encoded(known),
    ...Object.entries(known.redis ?? {}).map(([key, value]): [string, string] => [`redis.${key}`, String(value)]),
    ...Object.entries(lists).flatMap(([name, items]) =>
      Object.entries(listForms).map(([form, text]): [string, string] => [`${name}${form}`, text(items)]),
    ),
  ]);
}

/** For URLs that a site puts together itself: `${database.password:url}`. */
function encoded({ database, secretKey }: Known): [string, string][] {
  const { host, name, user, password } = database;
  const values = {
    "database.host": host,
    "database.name": name,
    "database.user": user,
    "database.password": password,
    secretKey,
  };
  return Object.entries(values).map(([key, value]) => [`${key}:url`, encodeURIComponent(value)]);
}

const nothing: Known = {
  database: { host: "", port: 0, name: "", user: "", password: "", url: "" },
  secretKey: "",
  secretKeyFallbacks: [],
  redis: { host: "", port: 0, password: "", url: "" },
  domains: [],
};

/** Everything that a value may refer to, for messages. */
export const referable: string[] = [...meanings(nothing).keys()];

/** What a value refers to. `$${` stands for `${` itself. */
export function references(value: string): string[] {
  return [...value.matchAll(/(\$?)\$\{([^}]*)\}/g)].filter(([, escape]) => !escape).map(([, , name]) => name ?? "");
}

/** References in a value that mean nothing. */
export function unknownReferences(value: string): string[] {
  return references(value).filter((name) => !referable.includes(name));
}

/** The values with every reference replaced. @throws Error for one that means nothing. */
export function resolveVariables(values: Record<string, string>, known: Known): Record<string, string> {
  const meaning = meanings(known);
  const resolve = (value: string) =>
    value.replace(/(\$?)\$\{([^}]*)\}/g, (whole, escape: string, name: string) => {
      if (escape) return whole.slice(1);
      const text = meaning.get(name);
      if (text === undefined) throw new Error(`\${${name}} means nothing; known: ${referable.join(", ")}`);
      return text;
    });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(value)]));
}

/**
 * Variables for commands that must not know a secret: what is secret is replaced by a stand-in of its kind, so that settings which
 * insist on a variable can be loaded.
 */
export function buildVariables(
  env: Record<string, string>,
  secrets: Record<string, string>,
  known: { database: Pick<Known["database"], "host" | "port" | "name" | "user">; domains: string[] },
): Record<string, string> {
  const { host, port, name, user } = known.database;
  const standIn = "stand-in-while-a-release-is-built-000000000000000000";
  const url = `postgresql://${encodeURIComponent(user)}:${standIn}@${host}:${port}/${encodeURIComponent(name)}`;
  // A secret that is nothing but a reference has that reference's stand-in; one of its own is not told even in part.
  const references = Object.entries(secrets).map(([key, value]) => [
    key,
    /^\$\{[^}]+\}$/.test(value) ? value : standIn,
  ]);
  return resolveVariables(
    { ...env, ...(Object.fromEntries(references) as Record<string, string>) },
    {
      database: { ...known.database, password: standIn, url },
      secretKey: standIn,
      secretKeyFallbacks: [],
      redis: { ...redisAddress, password: standIn, url: redisUrl(standIn) },
      domains: known.domains,
    },
  );
}
