/** The provider's configuration, from the program and the environment, as the official provider reads it. */
import type { CheckFailure, CheckResult, Properties, Value } from "../base";
import { isObject, isUnknown, reveal, secret } from "../base";

/** How TLS is used and what is verified; empty is the official provider's default, which encrypts without verifying. */
export type SslMode = "" | "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";
const SSL_MODES: readonly string[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

export interface ServerSettings {
  host: string;
  port: number;
  /** Where to connect unless a resource names another database. */
  database: string;
  username: string;
  password: string;
  /** The login's role in the database, if a user name map makes it another than `username`. */
  databaseUsername: string;
  /** True: passwords of roles are read back, which needs a superuser. */
  superuser: boolean;
  sslmode: SslMode;
  /** A PEM file, or with `sslinline` the PEM text itself; empty: the system's authorities. */
  sslrootcert: string;
  clientcert?: { cert: string; key: string; sslinline: boolean };
  /** Seconds; 0 waits for ever. */
  connectTimeout: number;
  /** Connections to one database at the same time; 0: any number. */
  maxConnections: number;
}

const NAMES: readonly string[] = [
  ...["host", "port", "database", "username", "password", "databaseUsername", "superuser", "sslmode", "sslMode"],
  ...["sslrootcert", "clientcert", "connectTimeout", "maxConnections", "expectedVersion", "scheme"],
  ...["awsRdsIamAuth", "awsRdsIamProfile", "awsRdsIamProviderRoleArn", "awsRdsIamRegion", "azureIdentityAuth"],
  ...["azureTenantId", "gcpIamImpersonateServiceAccount", "version", "pluginDownloadURL"],
];

/** Refuses what this stand-in cannot do. Nothing is filled in: the inputs stand in the state as the program says them. */
export function checkConfig(config: Properties): CheckResult {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  for (const name of Object.keys(config)) {
    if (!NAMES.includes(name) && !name.startsWith("__"))
      fail(name, `could not validate provider configuration: Invalid or unknown key. Examine values at '${name}'.`);
  }
  const known = (name: string) => (isUnknown(reveal(config[name])) ? undefined : reveal(config[name]));
  const scheme = known("scheme") ?? "postgres";
  if (scheme !== "postgres") fail("scheme", `Only "postgres" is in this stand-in, not ${JSON.stringify(scheme)}.`);
  for (const name of ["awsRdsIamAuth", "azureIdentityAuth"]) {
    if (truth(known(name), false)) fail(name, "Sign-in through a cloud is not in this stand-in: use a password.");
  }
  const sslmode = known("sslmode") ?? "";
  if (sslmode !== "" && !(typeof sslmode === "string" && SSL_MODES.includes(sslmode))) {
    fail("sslmode", `sslmode is one of ${SSL_MODES.join(", ")}, not ${JSON.stringify(sslmode)}.`);
  }
  for (const name of ["port", "connectTimeout", "maxConnections"]) {
    const value = known(name) ?? 0;
    if (!Number.isInteger(Number(value))) fail(name, `${name} is a whole number, not ${JSON.stringify(value)}.`);
  }
  const { password = null } = config;
  return { inputs: password === null ? config : { ...config, password: secret(password) }, failures };
}

/** Reads what `configure` gets. Values that are not known yet (in a preview) count as absent: nothing connects then. */
export function settingsOf(config: Properties, environment: NodeJS.ProcessEnv = process.env): ServerSettings {
  const { PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSUPERUSER, PGSSLMODE, PGCONNECT_TIMEOUT } = environment;
  const username = text(config.username) || PGUSER || "postgres";
  return {
    host: text(config.host) || PGHOST || "",
    port: integer("port", config.port) ?? integer("PGPORT", PGPORT) ?? 5432,
    database: text(config.database) || PGDATABASE || "postgres",
    username,
    password: text(config.password) || PGPASSWORD || "",
    databaseUsername: text(config.databaseUsername) || username,
    superuser: truth(config.superuser ?? PGSUPERUSER, true),
    sslmode: (text(config.sslmode) || text(config.sslMode) || PGSSLMODE || "") as SslMode,
    sslrootcert: text(config.sslrootcert),
    clientcert: clientCertificate(config.clientcert),
    connectTimeout:
      integer("connectTimeout", config.connectTimeout) ?? integer("PGCONNECT_TIMEOUT", PGCONNECT_TIMEOUT) ?? 180,
    maxConnections: integer("maxConnections", config.maxConnections) ?? 20,
  };
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** SDKs send a provider's numbers, booleans and objects as JSON texts. */
function integer(name: string, value: Value | undefined): number | undefined {
  if (value === undefined || value === null || value === "" || isUnknown(value)) return undefined;
  const found = Number(value);
  if (!Number.isInteger(found)) throw new Error(`${name} is a whole number, not ${JSON.stringify(value)}.`);
  return found;
}

function truth(value: Value | undefined, fallback: boolean): boolean {
  if (value === undefined || value === null || value === "" || isUnknown(value)) return fallback;
  return value === true || value === "true" || value === "1";
}

function clientCertificate(value: Value | undefined): ServerSettings["clientcert"] {
  const found = typeof value === "string" && value !== "" ? (JSON.parse(value) as Value) : value;
  const first = Array.isArray(found) ? found[0] : found;
  if (!isObject(first)) return undefined;
  return { cert: text(first.cert), key: text(first.key), sslinline: truth(first.sslinline, false) };
}
