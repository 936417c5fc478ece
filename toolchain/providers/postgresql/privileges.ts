/** Which privileges there are. Source: terraform-provider-postgresql 1.27.0, helpers.go. */
import type { Session } from "./server";
import { sortedSet } from "./state";

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  database: ["ALL", "CREATE", "CONNECT", "TEMPORARY"],
  table: ["ALL", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  sequence: ["ALL", "USAGE", "SELECT", "UPDATE"],
  schema: ["ALL", "CREATE", "USAGE"],
  function: ["ALL", "EXECUTE"],
  procedure: ["ALL", "EXECUTE"],
  routine: ["ALL", "EXECUTE"],
  type: ["ALL", "USAGE"],
  foreign_data_wrapper: ["ALL", "USAGE"],
  foreign_server: ["ALL", "USAGE"],
  column: ["ALL", "SELECT", "INSERT", "UPDATE", "REFERENCES"],
};

/** @param version major version of PostgreSQL: tables have MAINTAIN from 17 on. */
export function allowedPrivileges(objectType: string, version: number): readonly string[] {
  const allowed = ALLOWED[objectType];
  if (allowed === undefined) throw new Error(`unknown object type ${objectType}`);
  return objectType === "table" && version >= 17 ? [...allowed, "MAINTAIN"] : allowed;
}

/** Refuses what the type of object does not have. They go into statements as they are, so this is also what keeps them words. */
export function checkPrivileges(objectType: string, privileges: readonly string[], version: number): void {
  const allowed = allowedPrivileges(objectType, version);
  const wrong = privileges.find((privilege) => !allowed.includes(privilege));
  if (wrong !== undefined) throw new Error(`${wrong} is not an allowed privilege for object type ${objectType}`);
}

/** True if what is granted is what is wanted, where `ALL` stands for all that there are. */
export function samePrivileges(
  objectType: string,
  granted: readonly string[],
  wanted: readonly string[],
  version: number,
): boolean {
  if (sameSet(granted, wanted)) return true;
  if (!wanted.includes("ALL")) return false;
  return sameSet(
    granted,
    allowedPrivileges(objectType, version).filter((privilege) => privilege !== "ALL"),
  );
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return JSON.stringify(sortedSet(left)) === JSON.stringify(sortedSet(right));
}

/** The role that everybody is a member of; it has no row in `pg_roles`. */
export const PUBLIC = "public";

/** 0 for everybody. */
export async function oidOf(session: Session, role: string): Promise<number> {
  if (role === PUBLIC) return 0;
  const row = await session.row<{ oid: number }>("SELECT oid FROM pg_roles WHERE rolname = $1", [role]);
  if (row === undefined) throw new Error(`could not find oid for role ${role}`);
  return row.oid;
}
