type Values = Record<string, unknown>;

/** What a staging stack differs in from the one that it is like. */
export interface Staging {
  stack: string;
  /** Zone at Linode in which the stack gets a name. @default a name below the reserved `test`, in no DNS */
  zone?: string;
  topology: "three" | "single";
  operators: { sshKeys: string[]; cidrs: string[] };
  /** Address for the certificate authority; only with a zone. */
  email?: string;
}

/** Let's Encrypt's staging: its certificates are no browser's, and it counts none of them. */
const acmeStaging = "https://acme-staging-v02.api.letsencrypt.org/directory";

/**
 * The configuration of a staging stack. `base` is what it is like, e.g. of Pulumi.prod.yaml; `over` is laid over it (sandbox keys, mail
 * settings), variables one by one. Nothing secret of the base comes along, nor its names, copies off the server, or protection; mail is
 * caught.
 */
export function stagingConfig(base: Values, over: Values, staging: Staging): Values {
  const {
    "trinode:backups": _copies,
    "trinode:monitoring": _alarms,
    "trinode:dns": _dns,
    ...kept
  } = withoutSecrets(base) as Values;
  // Whoever is written to is not to hear of a trial.
  const merged = merge({ ...kept, "trinode:mail": { caught: true } }, over);
  const { stack, zone, topology, operators, email } = staging;
  const site = String(merged["trinode:site"]);
  return {
    ...merged,
    "trinode:domains": [`${stack}.${zone ?? `${site}.test`}`],
    "trinode:redirects": [],
    ...(zone && { "trinode:dns": { manage: true, zone } }),
    "trinode:topology": topology,
    "trinode:operators": operators,
    "trinode:tls": zone
      ? { mode: "letsencrypt", server: acmeStaging, ...(email && { email }) }
      : { mode: "selfsigned" },
    "trinode:protect": false,
  };
}

/** Without what is encrypted: it is another passphrase's, and none of a staging's business. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isSecret(item)).map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => !isSecret(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutSecrets(item)]));
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Objects are merged, everything else is replaced. */
function merge(base: Values, over: Values): Values {
  const isObject = (value: unknown): value is Values =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
  const merged = Object.entries(over).map(([key, value]): [string, unknown] => {
    const before = base[key];
    return [key, isObject(before) && isObject(value) ? merge(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}
