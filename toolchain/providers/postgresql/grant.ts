/** `postgresql.Grant`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_grant.go. */
import { oneOf, optional, required } from "../base/bridge/schema";
import { bridged } from "./bridged";
import { databaseExists } from "./extension";
import { readPrivileges } from "./grantRead";
import { grantId, grantProblem, grantStatement, GrantValues, revokeStatement, WITHOUT_SCHEMA } from "./grantSql";
import { lockDatabase, lockRole, roleExists, withRolesGranted } from "./membership";
import { checkPrivileges, PUBLIC } from "./privileges";
import { attempt, Server, Session } from "./server";

const OBJECT_TYPES = [
  "database",
  "function",
  "procedure",
  "routine",
  "schema",
  "sequence",
  "table",
  "foreign_data_wrapper",
  "foreign_server",
  "column",
];

export const grant = bridged<GrantValues>({
  token: "postgresql:index/grant:Grant",
  deleteBeforeReplace: true,
  fields: {
    role: required("string", { replace: true }),
    database: required("string", { replace: true }),
    schema: optional("string", { replace: true }),
    objectType: required("string", { replace: true, check: oneOf(OBJECT_TYPES) }),
    objects: optional("set", { items: optional("string"), replace: true }),
    columns: optional("set", { items: optional("string"), replace: true }),
    privileges: required("set", { items: optional("string") }),
    withGrantOption: optional("boolean", { absent: false, replace: true }),
  },
  create: (want, { client }) => apply(client, want, want),
  update: ({ have, want }, { client }) => apply(client, want, { ...want, privileges: have.privileges }),

  async read(_id, have, { client }) {
    if (!isComplete(have) || !(await targetExists(client, have))) return undefined;
    const version = await client.version();
    const values = await client.transaction(have.database, (session) => readPrivileges(session, have, version));
    return { id: grantId(have), values };
  },

  async delete(_id, have, { client }) {
    await client.transaction(have.database, async (session) => {
      await lock(session, have);
      await withRolesGranted(session, await ownersOf(session, have), () => revoke(session, have));
    });
  },
});

/** An import has nothing but an id, which does not say what is granted where. */
function isComplete(have: Partial<GrantValues>): have is GrantValues {
  return have.role !== undefined && have.database !== undefined && have.objectType !== undefined;
}

/** Revokes what was granted before and grants what is wanted, in one transaction: nobody loses a privilege in between. */
async function apply(server: Server, want: GrantValues, before: GrantValues): Promise<string> {
  const problem = grantProblem(want);
  if (problem !== undefined) throw new Error(problem);
  const { objectType, privileges = [] } = want;
  checkPrivileges(objectType, privileges, await server.version());
  await server.transaction(want.database, async (session) => {
    await lock(session, want);
    await withRolesGranted(session, await ownersOf(session, want), async () => {
      await revoke(session, before);
      if (privileges.length > 0) await session.run(grantStatement(want));
    });
  });
  return grantId(want);
}

async function revoke(session: Session, grant: GrantValues): Promise<void> {
  const statement = revokeStatement(grant);
  if (statement !== undefined) await attempt("could not execute revoke query", session.run(statement));
}

async function lock(session: Session, { role, database, objectType }: GrantValues): Promise<void> {
  await lockRole(session, role);
  if (objectType === "database") await lockDatabase(session, database);
}

/**
 * Who may grant privileges on the objects. For databases the official provider leaves this out: a login that is neither
 * superuser nor the database's owner (or a member of it) changes nothing then, and PostgreSQL only warns.
 */
async function ownersOf(session: Session, { objectType, schema = "" }: GrantValues): Promise<string[]> {
  if (WITHOUT_SCHEMA.includes(objectType)) return [];
  const owners =
    objectType === "schema"
      ? []
      : (
          await session.rows<{ owner: string }>(
            "SELECT DISTINCT tableowner::text AS owner FROM pg_tables WHERE schemaname = $1",
            [schema],
          )
        ).map(({ owner }) => owner);
  const found = await session.row<{ owner: string }>(
    "SELECT rolname::text AS owner FROM pg_namespace JOIN pg_roles ON nspowner = pg_roles.oid WHERE nspname = $1",
    [schema],
  );
  if (found === undefined) throw new Error(`could not find schema '${schema}' while looking for owner`);
  return Promise.all([...new Set([...owners, found.owner])].map((owner) => resolveOwner(session, owner)));
}

/** PostgreSQL's stand-in for whoever owns the database can't be granted itself. */
async function resolveOwner(session: Session, owner: string): Promise<string> {
  if (owner !== "pg_database_owner") return owner;
  const found = await session.row<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()",
  );
  return found?.owner ?? owner;
}

/** False if the database, the role or the schema is gone. */
export async function targetExists(
  server: Server,
  { database, role, schema, objectType }: Pick<GrantValues, "database" | "role" | "schema" | "objectType">,
): Promise<boolean> {
  if (!(await server.session("", (session) => databaseExists(session, database)))) return false;
  return server.session(database, async (session) => {
    if (role !== PUBLIC && !(await roleExists(session, role))) return false;
    if (!schema || WITHOUT_SCHEMA.includes(objectType)) return true;
    return (await session.row("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema])) !== undefined;
  });
}
