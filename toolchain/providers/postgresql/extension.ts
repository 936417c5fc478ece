/** `postgresql.Extension`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_extension.go. */
import { either, optional, required } from "../base/bridge/schema";
import { bridged } from "./bridged";
import { attempt, Session } from "./server";
import { identifier } from "./sql";

export interface ExtensionValues {
  name: string;
  /** Default: the provider's. */
  database?: string;
  schema?: string;
  version?: string;
  /** Make the extensions that it needs, too. */
  createCascade?: boolean;
  /** Drop what needs it, too. */
  dropCascade?: boolean;
}

export const extension = bridged<ExtensionValues>({
  token: "postgresql:index/extension:Extension",
  autoNamed: "name",
  fields: {
    name: required("string", { replace: true }),
    database: either("string", { replace: true }),
    schema: either("string"),
    version: either("string"),
    createCascade: optional("boolean", { absent: false }),
    dropCascade: optional("boolean", { absent: false }),
  },

  async create(want, { client }) {
    const database = want.database || client.settings.database;
    await client.transaction(database, (session) => session.run(createExtensionStatement(want)));
    return `${database}.${want.name}`;
  },

  async read(id, have, { client }) {
    const [database, name] = have.name ? [have.database || client.settings.database, have.name] : parts(id);
    if (!(await client.session("", (session) => databaseExists(session, database)))) return undefined;
    const row = await client.session(database, (session) =>
      session.row<{ schema: string; version: string }>(
        `SELECT n.nspname::text AS schema, e.extversion AS version
         FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1`,
        [name],
      ),
    );
    return row && { id: `${database}.${name}`, values: { ...have, ...row, name, database } };
  },

  async update({ id, want, changed }, { client }) {
    const { name, schema, version } = want;
    await client.transaction(want.database || client.settings.database, async (session) => {
      if (changed("schema")) {
        if (!schema) throw new Error("error setting extension schema to an empty string");
        const sql = `ALTER EXTENSION ${identifier(name)} SET SCHEMA ${identifier(schema)}`;
        await attempt("error updating extension SCHEMA", session.run(sql));
      }
      if (changed("version")) {
        const sql = `ALTER EXTENSION ${identifier(name)} UPDATE${version ? ` TO ${identifier(version)}` : ""}`;
        await attempt("error updating extension version", session.run(sql));
      }
    });
    return id;
  },

  async delete(_id, { name, database, dropCascade }, { client }) {
    await client.transaction(database || client.settings.database, (session) =>
      session.run(`DROP EXTENSION ${identifier(name)} ${dropCascade ? "CASCADE" : "RESTRICT"}`),
    );
  },
});

export function createExtensionStatement({ name, schema, version, createCascade }: ExtensionValues): string {
  return [
    `CREATE EXTENSION IF NOT EXISTS ${identifier(name)}`,
    ...(schema ? [`SCHEMA ${identifier(schema)}`] : []),
    ...(version ? [`VERSION ${identifier(version)}`] : []),
    ...(createCascade ? ["CASCADE"] : []),
  ].join(" ");
}

function parts(id: string): [database: string, name: string] {
  const [database, name, ...more] = id.split(".");
  if (!database || !name || more.length > 0)
    throw new Error(`extension ID ${id} has not the expected format 'database.extension'`);
  return [database, name];
}

export async function databaseExists(session: Session, name: string): Promise<boolean> {
  return (await session.row("SELECT 1 FROM pg_database WHERE datname = $1", [name])) !== undefined;
}
