/** Which of a grant's privileges are there. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_grant.go. */
import type { GrantValues } from "./grantSql";
import { oidOf, samePrivileges } from "./privileges";
import type { Session } from "./server";

/** The values with the privileges as they are: those of the first object that differs, or the wanted ones if none does. */
export async function readPrivileges(session: Session, grant: GrantValues, version: number): Promise<GrantValues> {
  if (grant.objectType === "column") return readColumns(session, grant);
  const { objectType, objects = [], privileges = [] } = grant;
  const found = await grantedPrivileges(session, grant);
  const different = found
    .filter(({ name }) => name === undefined || objects.length === 0 || objects.includes(name))
    .find((object) => !samePrivileges(objectType, object.privileges, privileges, version));
  return different === undefined ? grant : { ...grant, privileges: different.privileges };
}

interface Granted {
  /** Undefined where there is only one object. */
  name?: string;
  privileges: string[];
}

async function grantedPrivileges(session: Session, grant: GrantValues): Promise<Granted[]> {
  const { role, database, objectType, schema = "", objects = [] } = grant;
  const grantee = await oidOf(session, role);
  switch (objectType) {
    case "database":
      return one(session, "datacl", "pg_database", "datname", database, grantee);
    case "schema":
      return one(session, "nspacl", "pg_namespace", "nspname", schema, grantee);
    case "foreign_data_wrapper":
      return one(session, "fdwacl", "pg_foreign_data_wrapper", "fdwname", objects[0] ?? "", grantee);
    case "foreign_server":
      return one(session, "srvacl", "pg_foreign_server", "srvname", objects[0] ?? "", grantee);
    case "function":
    case "procedure":
    case "routine":
      return session.rows<Granted & { name: string }>(
        `SELECT p.proname::text AS name, array_remove(array_agg(privs.privilege_type::text), NULL) AS privileges
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         LEFT JOIN (SELECT a.* FROM (SELECT proname, pronamespace, (aclexplode(proacl)).* FROM pg_proc) a
           WHERE grantee = $1) privs USING (proname, pronamespace)
         WHERE nspname = $2 GROUP BY p.proname`,
        [grantee, schema],
      );
    default:
      return session.rows<Granted & { name: string }>(
        `SELECT c.relname::text AS name, array_remove(array_agg(privs.privilege_type::text), NULL) AS privileges
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN (SELECT a.* FROM (SELECT relname, relnamespace, relkind, (aclexplode(relacl)).* FROM pg_class) a
           WHERE grantee = $1) privs USING (relname, relnamespace, relkind)
         WHERE nspname = $2 AND relkind = $3 GROUP BY c.relname`,
        [grantee, schema, objectType === "sequence" ? "S" : "r"],
      );
  }
}

/** @param acl the column with the access list. */
async function one(session: Session, acl: string, catalog: string, key: string, name: string, grantee: number) {
  const row = await session.row<{ privileges: string[] | null }>(
    `SELECT array_agg(privilege_type::text) AS privileges
     FROM (SELECT (aclexplode(${acl})).* FROM pg_catalog.${catalog} WHERE ${key} = $1) AS privs WHERE grantee = $2`,
    [name, grantee],
  );
  return [{ privileges: row?.privileges ?? [] }];
}

/** Columns that have lost the privilege fall out. */
async function readColumns(session: Session, grant: GrantValues): Promise<GrantValues> {
  const { role, schema = "", objects = [], columns = [], privileges = [] } = grant;
  const rows = await session.rows<{ name: string }>(
    `SELECT attname::text AS name FROM (SELECT attname, (aclexplode(attacl)).* FROM pg_class
       JOIN pg_namespace ON pg_class.relnamespace = pg_namespace.oid JOIN pg_attribute ON pg_class.oid = attrelid
       WHERE nspname = $2 AND relname = $3 AND relkind = 'r') AS privs
     JOIN pg_roles ON pg_roles.oid = privs.grantee WHERE rolname = $1 AND privilege_type = $4`,
    [role, schema, objects[0] ?? "", privileges[0] ?? ""],
  );
  const granted = new Set(rows.map(({ name }) => name));
  return { ...grant, columns: columns.filter((column) => granted.has(column)) };
}
