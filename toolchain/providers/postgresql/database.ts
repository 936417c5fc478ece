/** `postgresql.Database`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_database.go. */
import type { Value } from "../base";
import { either, optional, required } from "../base/bridge/schema";
import { bridged, UpdateRequest } from "./bridged";
import { createDatabaseStatement, DatabaseValues } from "./databaseSql";
import { grantMembership, lockRole, lockRoleForSession, revokeMembership } from "./membership";
import { attempt, retried, Server, Session } from "./server";
import { identifier } from "./sql";

export const database = bridged<DatabaseValues>({
  token: "postgresql:index/database:Database",
  autoNamed: "name",
  fields: {
    name: required("string"),
    owner: either("string"),
    template: either("string", { replace: true }),
    encoding: either("string", { replace: true }),
    lcCollate: either("string", { replace: true }),
    lcCtype: either("string", { replace: true }),
    tablespaceName: either("string"),
    connectionLimit: optional("integer", {
      default: -1,
      check: (value: Value, name: string) =>
        typeof value !== "number" || value >= -1 ? undefined : `expected ${name} to be at least (-1), got ${value}`,
    }),
    allowConnections: optional("boolean", { default: true }),
    isTemplate: either("boolean"),
    alterObjectOwnership: optional("boolean", { absent: false }),
  },

  async create(want, { client }) {
    await asMemberOf(client, want.owner, async (session) => {
      const sql = createDatabaseStatement(want, client.settings.databaseUsername);
      await attempt(`error creating database ${JSON.stringify(want.name)}`, session.run(sql));
    });
    return want.name;
  },

  async read(id, have, { client }) {
    const row = await client.session("", (session) =>
      session.row<DatabaseRow>(
        `SELECT d.datname::text AS name, pg_catalog.pg_get_userbyid(d.datdba)::text AS owner,
           pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding, d.datcollate::text AS "lcCollate",
           d.datctype::text AS "lcCtype", ts.spcname::text AS "tablespaceName", d.datconnlimit AS "connectionLimit",
           d.datallowconn AS "allowConnections", d.datistemplate AS "isTemplate"
         FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace ts ON d.dattablespace = ts.oid
         WHERE d.datname = $1`,
        [id],
      ),
    );
    return row && { values: { ...have, ...row, template: have.template || "template0" } };
  },

  async update(request, { client }) {
    const { have, want, changed } = request;
    const alter = (what: string, change: string) =>
      client.session("", (session) =>
        attempt(`error updating database ${what}`, session.run(`ALTER DATABASE ${identifier(want.name)} ${change}`)),
      );
    if (changed("name")) {
      const sql = `ALTER DATABASE ${identifier(have.name)} RENAME TO ${identifier(want.name)}`;
      await client.session("", (session) => attempt("error updating database name", session.run(sql)));
    }
    await reassignObjects(client, request);
    if (changed("owner") && want.owner) await changeOwner(client, want.name, want.owner);
    if (changed("tablespaceName")) {
      const space = want.tablespaceName ?? "";
      const standard = space === "" || space.toUpperCase() === "DEFAULT";
      await alter("TABLESPACE", standard ? "RESET TABLESPACE" : `SET TABLESPACE ${identifier(space)}`);
    }
    if (changed("connectionLimit")) await alter("CONNECTION LIMIT", `CONNECTION LIMIT = ${want.connectionLimit}`);
    if (changed("allowConnections")) await alter("ALLOW_CONNECTIONS", `ALLOW_CONNECTIONS ${want.allowConnections}`);
    if (changed("isTemplate")) await alter("IS_TEMPLATE", `IS_TEMPLATE ${want.isTemplate}`);
    return want.name;
  },

  async delete(_id, { name, owner, isTemplate }, { client }) {
    const force = (await client.version()) >= 13 ? " WITH ( FORCE )" : "";
    await asMemberOf(client, owner, async (session) => {
      if (isTemplate) {
        await attempt(
          "error updating database IS_TEMPLATE during DROP DATABASE",
          session.run(`ALTER DATABASE ${identifier(name)} IS_TEMPLATE false`),
        );
      }
      await endConnections(session, name);
      await attempt("error dropping database", session.run(`DROP DATABASE ${identifier(name)}${force}`));
    });
  },
});

type DatabaseRow = Required<Omit<DatabaseValues, "template" | "alterObjectOwnership">>;

/**
 * Runs `work` on a connection whose login is a member of the owner, which who is no superuser must be to give it a database.
 * Nobody else does so meanwhile: memberships that come and go here would cross.
 */
async function asMemberOf(
  server: Server,
  owner: string | undefined,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const login = server.settings.databaseUsername;
  await server.session("", async (session) => {
    if (!owner) return work(session);
    await lockRoleForSession(session, login);
    const granted = await retried(() => grantMembership(session, owner, login));
    try {
      await work(session);
    } finally {
      if (granted) await retried(() => revokeMembership(session, owner, login));
    }
  });
}

function changeOwner(server: Server, name: string, owner: string): Promise<void> {
  return asMemberOf(server, owner, (session) =>
    attempt(
      "error updating database OWNER",
      session.run(`ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)}`),
    ),
  );
}

/** Gives what the old owner has in the database to the new one, if the program asks for that. */
async function reassignObjects(server: Server, { want, changed }: UpdateRequest<DatabaseValues>): Promise<void> {
  const { name, owner, alterObjectOwnership } = want;
  if (!changed("owner", "alterObjectOwnership") || !owner || !alterObjectOwnership) return;
  const login = server.settings.databaseUsername;
  await server.transaction(name, async (session) => {
    await lockRole(session, login);
    const found = await session.row<{ owner: string }>(
      "SELECT rolname::text AS owner FROM pg_database JOIN pg_roles ON datdba = pg_roles.oid WHERE datname = $1",
      [name],
    );
    if (found === undefined) throw new Error(`could not find database '${name}' while looking for owner`);
    if (found.owner === owner) return;
    const granted = await grantMembership(session, found.owner, login);
    await attempt(
      `error reassigning objects owned by '${found.owner}'`,
      session.run(`REASSIGN OWNED BY ${identifier(found.owner)} TO ${identifier(owner)}`),
    );
    if (granted) await revokeMembership(session, found.owner, login);
  });
}

async function endConnections(session: Session, name: string): Promise<void> {
  await attempt(
    "error blocking connections to database",
    session.run(`ALTER DATABASE ${identifier(name)} ALLOW_CONNECTIONS false`),
  );
  await attempt(
    "error terminating database connections",
    session.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
      [name],
    ),
  );
}
