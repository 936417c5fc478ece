/** `postgresql.Role`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_role.go. */
import { createHash } from "node:crypto";
import type { Properties, Value } from "../base";
import { Field, optional, required } from "../base/bridge/schema";
import { bridged } from "./bridged";
import { currentUser, isSuperuser, lockRole, withRolesGranted } from "./membership";
import { changeStatements, createStatement, RoleValues, roleSettings, settingStatements } from "./roleSql";
import { attempt, Server, Session } from "./server";
import { identifier } from "./sql";

const atLeast = (least: number) => (value: Value, name: string) =>
  typeof value !== "number" || value >= least ? undefined : `expected ${name} to be at least (${least}), got ${value}`;

const flag = (): Field => optional("boolean", { absent: false });
const timeout = (): Field => optional("integer", { check: atLeast(0) });
const names = (type: "set" | "list"): Field => optional(type, { items: optional("string") });

export const role = bridged<RoleValues>({
  token: "postgresql:index/role:Role",
  autoNamed: "name",
  renamed: { searchPaths: "search_path" },
  writeOnly: ["passwordWo"],
  fields: {
    name: required("string"),
    password: optional("string", { secret: true }),
    passwordWo: optional("string", { secret: true }),
    passwordWoVersion: optional("string"),
    encrypted: optional("string"),
    encryptedPassword: optional("boolean", { default: true }),
    roles: names("set"),
    searchPaths: names("list"),
    validUntil: optional("string", { default: "infinity" }),
    connectionLimit: optional("integer", { default: -1, check: atLeast(-1) }),
    superuser: flag(),
    createDatabase: flag(),
    createRole: flag(),
    inherit: optional("boolean", { default: true }),
    login: flag(),
    replication: flag(),
    bypassRowLevelSecurity: flag(),
    skipDropRole: flag(),
    skipReassignOwned: flag(),
    idleInTransactionSessionTimeout: timeout(),
    statementTimeout: timeout(),
    assumeRole: optional("string"),
  },
  validate: passwordConflicts,

  async create(want, { client }) {
    await client.transaction("", async (session) => {
      await attempt(`error creating role ${want.name}`, session.run(createStatement(want)));
      await grantRoles(session, want);
      for (const { what, sql } of settingStatements(want, () => true)) await attempt(what, session.run(sql));
    });
    return want.name;
  },

  async update(request, { client }) {
    const { have, want } = request;
    await client.transaction("", async (session) => {
      await lockRole(session, have.name);
      for (const { what, sql } of changeStatements(request)) await attempt(what, session.run(sql));
      await revokeRoles(session, want.name);
      await grantRoles(session, want);
      for (const { what, sql } of settingStatements(want, request.changed)) await attempt(what, session.run(sql));
    });
    return want.name;
  },

  async read(id, have, { client }) {
    return client.session("", async (session) => {
      const found = await readRole(session, id);
      if (found === undefined) return undefined;
      const password = have.password ? await readPassword(client, session, id, have.password, found.login) : undefined;
      const { skipDropRole = false, skipReassignOwned = false } = have;
      return { id: found.name, values: { ...have, ...found, password, skipDropRole, skipReassignOwned } };
    });
  },

  async delete(_id, { name, skipReassignOwned, skipDropRole }, { client }) {
    const heir = client.settings.databaseUsername;
    await client.transaction("", async (session) => {
      await lockRole(session, name);
      if (!skipReassignOwned) {
        await withRolesGranted(session, [name], async () => {
          await attempt(
            `could not reassign owned by role ${name} to ${heir}`,
            session.run(`REASSIGN OWNED BY ${identifier(name)} TO ${identifier(heir)}`),
          );
          await attempt(`could not drop owned by role ${name}`, session.run(`DROP OWNED BY ${identifier(name)}`));
        });
      }
      if (!skipDropRole) await attempt(`could not delete role ${name}`, session.run(`DROP ROLE ${identifier(name)}`));
    });
  },
});

function passwordConflicts(inputs: Properties, name: string) {
  const given = (field: string) => (inputs[field] ?? null) !== null;
  const conflict = (field: string, reason: string) => [
    { property: "", reason: `${reason}. Examine values at '${name}.${field}'.` },
  ];
  if (given("password") && given("passwordWo"))
    return conflict("password", 'Conflicting configuration arguments. "password": conflicts with password_wo');
  if (given("passwordWo") !== given("passwordWoVersion"))
    return conflict(
      "passwordWo",
      'Missing required argument. "password_wo": all of `password_wo,password_wo_version` must be specified',
    );
  return [];
}

async function grantRoles(session: Session, { name, roles = [] }: RoleValues): Promise<void> {
  for (const role of roles) {
    await attempt(
      `could not grant role ${role} to ${name}`,
      session.run(`GRANT ${identifier(role)} TO ${identifier(name)}`),
    );
  }
}

async function revokeRoles(session: Session, name: string): Promise<void> {
  const granted = await session.rows<{ role: string }>(
    `SELECT pg_get_userbyid(roleid)::text AS role FROM pg_catalog.pg_auth_members members
     JOIN pg_catalog.pg_roles ON members.member = pg_roles.oid WHERE rolname = $1`,
    [name],
  );
  for (const { role } of granted) {
    await attempt(
      `could not revoke role ${role} from ${name}`,
      session.run(`REVOKE ${identifier(role)} FROM ${identifier(name)}`),
    );
  }
}

interface RoleRow {
  rolname: string;
  rolsuper: boolean;
  rolinherit: boolean;
  rolcreaterole: boolean;
  rolcreatedb: boolean;
  rolcanlogin: boolean;
  rolconnlimit: number;
  rolreplication: boolean;
  rolbypassrls: boolean;
  valid_until: string;
  rolconfig: string[] | null;
  roles: string[];
}

async function readRole(session: Session, name: string) {
  const row = await session.row<RoleRow>(
    `SELECT rolname::text, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit, rolreplication,
       rolbypassrls, COALESCE(rolvaliduntil::text, 'infinity') AS valid_until, rolconfig,
       ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_catalog.pg_auth_members WHERE member = pg_roles.oid) AS roles
     FROM pg_catalog.pg_roles WHERE rolname = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  return {
    name: row.rolname,
    connectionLimit: row.rolconnlimit,
    createDatabase: row.rolcreatedb,
    createRole: row.rolcreaterole,
    encryptedPassword: true,
    inherit: row.rolinherit,
    login: row.rolcanlogin,
    superuser: row.rolsuper,
    validUntil: row.valid_until,
    replication: row.rolreplication,
    bypassRowLevelSecurity: row.rolbypassrls,
    roles: row.roles,
    ...roleSettings(row.rolconfig ?? []),
  };
}

/**
 * The password of the state, unless PostgreSQL has another one: as far as this can be told, which is for MD5 hashes and by a
 * superuser only. A SCRAM hash counts as the same.
 */
async function readPassword(server: Server, session: Session, name: string, known: string, login: boolean) {
  const { superuser, databaseUsername } = server.settings;
  if (!login || !superuser) return known;
  if (!(await isSuperuser(session, await currentUser(session)))) {
    throw new Error(
      `could not read role password from Postgres as connected user ${databaseUsername} is not a SUPERUSER. ` +
        "You can set `superuser = false` in the provider configuration so it will not try to read the password from Postgres",
    );
  }
  const row = await session.row<{ passwd: string }>(
    "SELECT COALESCE(passwd, '') AS passwd FROM pg_catalog.pg_shadow WHERE usename = $1",
    [name],
  );
  const stored = row?.passwd ?? "";
  return !isHash(known) && isHashOf(stored, known, name) ? known : stored;
}

const isHash = (password: string) => password.startsWith("md5") || password.startsWith("SCRAM-SHA-256");

function isHashOf(stored: string, password: string, role: string): boolean {
  if (stored.startsWith("SCRAM-SHA-256")) return true;
  return stored === `md5${createHash("md5").update(`${password}${role}`).digest("hex")}`;
}
