/** Statements that make and change roles, in the official provider's order. */
import { identifier, literal } from "./sql";

export interface RoleValues {
  name: string;
  password?: string;
  /** A password that is not kept in the state; set again when `passwordWoVersion` changes. */
  passwordWo?: string;
  passwordWoVersion?: string;
  encrypted?: string;
  encryptedPassword?: boolean;
  roles?: string[];
  searchPaths?: string[];
  validUntil?: string;
  connectionLimit?: number;
  superuser?: boolean;
  createDatabase?: boolean;
  createRole?: boolean;
  inherit?: boolean;
  login?: boolean;
  replication?: boolean;
  bypassRowLevelSecurity?: boolean;
  skipDropRole?: boolean;
  skipReassignOwned?: boolean;
  /** Milliseconds; 0: as the server has it. */
  idleInTransactionSessionTimeout?: number;
  /** Milliseconds; 0: as the server has it. */
  statementTimeout?: number;
  /** The role that every session of this one starts as. */
  assumeRole?: string;
}

type Flag =
  "superuser" | "createDatabase" | "createRole" | "inherit" | "login" | "bypassRowLevelSecurity" | "replication";

const FLAGS: readonly (readonly [Flag, string])[] = [
  ["superuser", "SUPERUSER"],
  ["createDatabase", "CREATEDB"],
  ["createRole", "CREATEROLE"],
  ["inherit", "INHERIT"],
  ["login", "LOGIN"],
  ["bypassRowLevelSecurity", "BYPASSRLS"],
  ["replication", "REPLICATION"],
];

/** A statement and what could not be done if it fails. */
export interface Step {
  what: string;
  sql: string;
}

export function createStatement(role: RoleValues): string {
  const password = role.password || role.passwordWo;
  const options = [
    ...(password ? [passwordOption(password, role.encryptedPassword ?? true)] : []),
    ...(role.validUntil ? [`VALID UNTIL ${until(role.validUntil)}`] : []),
    `CONNECTION LIMIT ${role.connectionLimit ?? -1}`,
    ...FLAGS.map(([name, option]) => (role[name] ? option : `NO${option}`)),
  ];
  return `CREATE ROLE ${identifier(role.name)} WITH ${options.join(" ")}`;
}

function passwordOption(password: string, encrypted: boolean): string {
  if (password.toUpperCase() === "NULL") return "PASSWORD NULL";
  return `${encrypted ? "ENCRYPTED" : "UNENCRYPTED"} PASSWORD ${literal(password)}`;
}

function until(time: string): string {
  return literal(time.toLowerCase() === "infinity" ? "infinity" : time);
}

export interface RoleChange {
  have: RoleValues;
  want: RoleValues;
  changed(this: void, ...names: (keyof RoleValues)[]): boolean;
}

/** Changes of a role's name, password and options. */
export function changeStatements({ have, want, changed }: RoleChange): Step[] {
  const steps: Step[] = [];
  const alter = (what: string, change: string) =>
    steps.push({ what: `error updating role ${what}`, sql: `ALTER ROLE ${identifier(want.name)} ${change}` });
  if (changed("name")) {
    const sql = `ALTER ROLE ${identifier(have.name)} RENAME TO ${identifier(want.name)}`;
    steps.push({ what: "error updating role NAME", sql });
  }
  // A new name makes an MD5 hash useless, so the password is set again.
  const password = want.passwordWo ?? want.password;
  const renewed = want.passwordWo !== undefined ? changed("passwordWoVersion") : changed("password", "name");
  if (password && renewed) alter("password", `PASSWORD ${literal(password)}`);
  if (changed("connectionLimit")) alter("CONNECTION LIMIT", `CONNECTION LIMIT ${want.connectionLimit ?? -1}`);
  for (const [name, option] of FLAGS) if (changed(name)) alter(option, `WITH ${want[name] ? option : `NO${option}`}`);
  if (changed("validUntil") && want.validUntil) alter("VALID UNTIL", `VALID UNTIL ${until(want.validUntil)}`);
  return steps;
}

/** A role's settings for its sessions. `changed`: which of them to write; the search path is always written. */
export function settingStatements(role: RoleValues, changed: (name: keyof RoleValues) => boolean): Step[] {
  const alter = `ALTER ROLE ${identifier(role.name)}`;
  const steps = [
    { what: `could not set search_path for ${role.name}`, sql: `${alter} SET search_path TO ${searchPath(role)}` },
  ];
  const timeouts = [
    ["statementTimeout", "statement_timeout"],
    ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
  ] as const;
  for (const [name, setting] of timeouts) {
    if (!changed(name)) continue;
    const sql = role[name] ? `${alter} SET ${setting} TO ${role[name]}` : `${alter} RESET ${setting}`;
    steps.push({ what: `could not set ${setting} for ${role.name}`, sql });
  }
  if (changed("assumeRole")) {
    const sql = role.assumeRole ? `${alter} SET ROLE TO ${identifier(role.assumeRole)}` : `${alter} RESET ROLE`;
    steps.push({ what: `could not set role ${role.assumeRole ?? ""} for ${role.name}`, sql });
  }
  return steps;
}

function searchPath({ searchPaths = [] }: RoleValues): string {
  const unreadable = searchPaths.find((path) => path.includes(", "));
  if (unreadable !== undefined) throw new Error(`search_path cannot contain \`, \`: ${unreadable}`);
  return searchPaths.length > 0 ? searchPaths.map(identifier).join(", ") : "DEFAULT";
}

/** A role's settings for its sessions, from `pg_roles.rolconfig`: `["search_path=a, b", "role=owner"]`. */
export function roleSettings(config: readonly string[]) {
  const setting = (name: string) => config.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const milliseconds = (name: string) => {
    const value = setting(name) ?? "0";
    if (!/^-?\d+$/.test(value)) throw new Error(`error reading ${name}: ${value} is not a number of milliseconds`);
    return Number(value);
  };
  return {
    searchPaths:
      setting("search_path")
        ?.split(", ")
        .map((path) => path.replace(/^"+|"+$/g, "")) ?? [],
    assumeRole: setting("role") ?? "",
    statementTimeout: milliseconds("statement_timeout"),
    idleInTransactionSessionTimeout: milliseconds("idle_in_transaction_session_timeout"),
  };
}
