/** What `${…}` in a site's variables can refer to. */
export interface Known {
  database: { host: string; port: number; name: string; user: string; password: string; url: string };
  secretKey: string;
  /** Former keys, newest first, that what was signed with them is still accepted by. */
  secretKeyFallbacks: string[];
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
    ...Object.entries(lists).flatMap(([name, items]) =>
      Object.entries(listForms).map(([form, text]): [string, string] => [`${name}${form}`, text(items)]),
    ),
  ]);
}

const nothing: Known = {
  database: { host: "", port: 0, name: "", user: "", password: "", url: "" },
  secretKey: "",
  secretKeyFallbacks: [],
  domains: [],
};

/** Everything that a value may refer to, for messages. */
export const referable: string[] = [...meanings(nothing).keys()];

/** References in a value that mean nothing. `$${` stands for `${` itself. */
export function unknownReferences(value: string): string[] {
  return [...value.matchAll(/(\$?)\$\{([^}]*)\}/g)]
    .filter(([, escape, name]) => !escape && !referable.includes(name ?? ""))
    .map(([, , name]) => name ?? "");
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
