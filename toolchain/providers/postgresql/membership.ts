/**
 * Memberships that a login without superuser rights needs for a moment, and locks against others doing the same. Source:
 * terraform-provider-postgresql 1.27.0, helpers.go.
 */
import { attempt, Session } from "./server";
import { identifier } from "./sql";

/** Waits until nobody else works on the role or its members. Locks end with the transaction. */
export async function lockRole(session: Session, role: string): Promise<void> {
  await lock(session, "pg_advisory_xact_lock", role);
}

/** As `lockRole`, but until the connection is closed, for statements that can't stand in a transaction. */
export async function lockRoleForSession(session: Session, role: string): Promise<void> {
  await lock(session, "pg_advisory_lock", role);
}

async function lock(session: Session, take: string, role: string): Promise<void> {
  await session.run("SET statement_timeout = 0");
  await attempt(
    `could not get advisory lock for role ${role}`,
    session.run(`SELECT ${take}(oid::bigint) FROM pg_roles WHERE rolname = $1`, [role]),
  );
  await attempt(
    `could not get advisory lock for members of role ${role}`,
    session.run(
      `SELECT ${take}(member::bigint) FROM pg_auth_members JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = $1`,
      [role],
    ),
  );
}

export async function lockDatabase(session: Session, database: string): Promise<void> {
  await session.run("SET statement_timeout = 0");
  await attempt(
    `could not get advisory lock for database ${database}`,
    session.run("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = $1", [database]),
  );
}

/** True if the member may act as the role. From PostgreSQL 16 on membership alone does not say so: its SET option does. */
async function isMember(session: Session, role: string, member: string): Promise<boolean> {
  const withSetOption = await session.row(
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'pg_auth_members' AND column_name = 'set_option'",
  );
  const found = await session.row(
    `SELECT 1 FROM pg_auth_members WHERE pg_get_userbyid(roleid) = $1 AND pg_get_userbyid(member) = $2${withSetOption ? " AND set_option" : ""}`,
    [role, member],
  );
  return found !== undefined;
}

/** @returns false if there was nothing to do. */
export async function grantMembership(session: Session, role: string, member: string): Promise<boolean> {
  if (role === member || (await isMember(session, role, member))) return false;
  await attempt(
    `error granting role ${role} to ${member}`,
    session.run(`GRANT ${identifier(role)} TO ${identifier(member)}`),
  );
  return true;
}

/** @returns false if there was nothing to do. */
export async function revokeMembership(session: Session, role: string, member: string): Promise<boolean> {
  if (role === member || !(await isMember(session, role, member))) return false;
  await attempt(
    `error revoking role ${role} from ${member}`,
    session.run(`REVOKE ${identifier(role)} FROM ${identifier(member)}`),
  );
  return true;
}

export async function roleExists(session: Session, role: string): Promise<boolean> {
  return (await session.row("SELECT 1 FROM pg_roles WHERE rolname = $1", [role])) !== undefined;
}

export async function isSuperuser(session: Session, role: string): Promise<boolean> {
  const found = await session.row<{ rolsuper: boolean }>("SELECT rolsuper FROM pg_roles WHERE rolname = $1", [role]);
  if (found === undefined) throw new Error(`could not check if role ${role} is superuser: there is no such role`);
  return found.rolsuper;
}

/** The role that a session's statements are run as. */
export async function currentUser(session: Session): Promise<string> {
  const row = await session.row<{ user: string }>('SELECT CURRENT_USER::text AS "user"');
  return row?.user ?? "";
}

/**
 * Runs `work` as a member of the roles: what is missing is granted to the login before and revoked after, in the same
 * transaction. A role that is itself a member of the login leaves it for that time, since memberships can't go round.
 */
export async function withRolesGranted(session: Session, roles: string[], work: () => Promise<void>): Promise<void> {
  if (roles.length === 0) return work();
  const user = await currentUser(session);
  if (await isSuperuser(session, user)) return work();
  const granted: string[] = [];
  const revoked: string[] = [];
  for (const role of roles) {
    if (await isSuperuser(session, role)) continue; // Nobody but a superuser can be given one.
    if (await revokeMembership(session, user, role)) revoked.push(role);
    if (await grantMembership(session, role, user)) granted.push(role);
  }
  await work();
  for (const role of granted) await revokeMembership(session, role, user);
  for (const role of revoked) if (await roleExists(session, role)) await grantMembership(session, user, role);
}
