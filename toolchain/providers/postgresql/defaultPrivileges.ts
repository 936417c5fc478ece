/** `postgresql.DefaultPrivileges`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_default_privileges.go. */
import { oneOf, optional, required } from "../base/bridge/schema";
import { bridged } from "./bridged";
import { targetExists } from "./grant";
import { lockRole, withRolesGranted } from "./membership";
import { checkPrivileges, oidOf, PUBLIC, samePrivileges } from "./privileges";
import { attempt, Server, Session } from "./server";
import { identifier } from "./sql";

export interface DefaultPrivilegesValues {
  /** Who gets the privileges … */
  role: string;
  database: string;
  /** … on what this role makes from now on. */
  owner: string;
  /** Empty: in all schemas. */
  schema?: string;
  objectType: string;
  privileges?: string[];
  withGrantOption?: boolean;
}

/** By type, as `pg_default_acl.defaclobjtype` has it. */
const OBJECT_TYPES: Readonly<Record<string, string>> = {
  table: "r",
  sequence: "S",
  function: "f",
  routine: "f",
  type: "T",
  schema: "n",
};

const definition = (token: string) =>
  bridged<DefaultPrivilegesValues>({
    token,
    fields: {
      role: required("string", { replace: true }),
      database: required("string", { replace: true }),
      owner: required("string", { replace: true }),
      schema: optional("string", { replace: true }),
      objectType: required("string", { replace: true, check: oneOf(Object.keys(OBJECT_TYPES)) }),
      privileges: required("set", { items: optional("string") }),
      withGrantOption: optional("boolean", { absent: false, replace: true }),
    },
    create: (want, { client }) => apply(client, want),
    update: ({ want }, { client }) => apply(client, want),
    read: async (_id, have, { client }) => {
      if (!isComplete(have) || !(await targetExists(client, have))) return undefined;
      const { database, objectType, privileges: wanted = [] } = have;
      const granted = await client.transaction(database, (session) => readGranted(session, have));
      // Nothing granted is the same as gone, unless nothing is what the program wants.
      if (granted.length === 0 && wanted.length > 0) return undefined;
      const same = samePrivileges(objectType, granted, wanted, await client.version());
      return { id: idOf(have), values: same ? have : { ...have, privileges: granted } };
    },
    delete: async (_id, have, { client }) => {
      await client.transaction(have.database, async (session) => {
        await lockRole(session, have.owner);
        await withRolesGranted(session, [have.owner], () => revoke(session, have));
      });
    },
  });

export const defaultPrivileges = definition("postgresql:index/defaultPrivileges:DefaultPrivileges");

/** The same by its old name. */
export const defaultPrivileg = definition("postgresql:index/defaultPrivileg:DefaultPrivileg");

/** An import has nothing but an id, which does not say what is granted where. */
function isComplete(have: Partial<DefaultPrivilegesValues>): have is DefaultPrivilegesValues {
  return [have.role, have.database, have.owner, have.objectType].every((value) => value !== undefined);
}

async function apply(server: Server, want: DefaultPrivilegesValues): Promise<string> {
  const { role, owner, database, schema, objectType, privileges = [], withGrantOption } = want;
  if (schema && objectType === "schema") throw new Error("cannot specify `schema` when `object_type` is `schema`");
  if (withGrantOption && role.toLowerCase() === PUBLIC)
    throw new Error("with_grant_option cannot be true for role 'public'");
  checkPrivileges(objectType, privileges, await server.version());
  await server.transaction(database, async (session) => {
    await lockRole(session, owner);
    await withRolesGranted(session, [owner], async () => {
      await revoke(session, want);
      if (privileges.length > 0)
        await attempt("could not alter default privileges", session.run(defaultGrantStatement(want)));
    });
  });
  return idOf(want);
}

async function revoke(session: Session, values: DefaultPrivilegesValues): Promise<void> {
  await attempt("could not revoke default privileges", session.run(defaultRevokeStatement(values)));
}

export function defaultGrantStatement(values: DefaultPrivilegesValues): string {
  const { role, objectType, privileges = [], withGrantOption } = values;
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  return `${alter(values)} GRANT ${privileges.join(",")} ON ${objectType.toUpperCase()}S TO ${identifier(role)}${option}`;
}

export function defaultRevokeStatement(values: DefaultPrivilegesValues): string {
  return `${alter(values)} REVOKE ALL ON ${values.objectType.toUpperCase()}S FROM ${identifier(values.role)}`;
}

function alter({ owner, schema }: DefaultPrivilegesValues): string {
  const where = schema ? ` IN SCHEMA ${identifier(schema)}` : "";
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${where}`;
}

async function readGranted(session: Session, values: DefaultPrivilegesValues): Promise<string[]> {
  const { role, owner, schema, objectType } = values;
  await lockRole(session, owner);
  const row = await session.row<{ privileges: string[] | null }>(
    `SELECT array_agg(privilege_type::text) AS privileges
     FROM (SELECT defaclnamespace, (aclexplode(defaclacl)).* FROM pg_default_acl WHERE defaclobjtype = $2) AS acl
     LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
     WHERE grantee = $1 AND pg_get_userbyid(grantor) = $3 AND COALESCE(n.nspname, '') = $4`,
    [await oidOf(session, role), OBJECT_TYPES[objectType] ?? "", owner, schema ?? ""],
  );
  return row?.privileges ?? [];
}

function idOf({ role, database, schema, owner, objectType }: DefaultPrivilegesValues): string {
  return [role, database, schema || "noschema", owner, objectType].join("_");
}
