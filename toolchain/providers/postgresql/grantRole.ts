/** `postgresql.GrantRole`. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_grant_role.go. */
import { optional, required } from "../base/bridge/schema";
import { bridged } from "./bridged";
import { attempt } from "./server";
import { identifier } from "./sql";

interface GrantRoleValues {
  /** Who becomes a member … */
  role: string;
  /** … of which role. */
  grantRole: string;
  withAdminOption?: boolean;
}

export const grantRole = bridged<GrantRoleValues>({
  token: "postgresql:index/grantRole:GrantRole",
  fields: {
    role: required("string", { replace: true }),
    grantRole: required("string", { replace: true }),
    withAdminOption: optional("boolean", { absent: false, replace: true }),
  },

  async create(want, { client }) {
    await client.transaction("", async (session) => {
      await attempt("could not execute revoke query", session.run(revokeStatement(want)));
      await attempt("could not execute grant query", session.run(grantStatement(want)));
    });
    return idOf(want);
  },

  async read(_id, { role, grantRole }, { client }) {
    if (role === undefined || grantRole === undefined) return undefined;
    const row = await client.session("", (session) =>
      session.row<{ role: string; grantRole: string; withAdminOption: boolean }>(
        `SELECT pg_get_userbyid(member)::text AS role, pg_get_userbyid(roleid)::text AS "grantRole",
           admin_option AS "withAdminOption"
         FROM pg_auth_members WHERE pg_get_userbyid(member) = $1 AND pg_get_userbyid(roleid) = $2`,
        [role, grantRole],
      ),
    );
    return row && { id: idOf(row), values: row };
  },

  async delete(_id, have, { client }) {
    await client.transaction("", (session) =>
      attempt("could not execute revoke query", session.run(revokeStatement(have))),
    );
  },
});

function grantStatement({ role, grantRole, withAdminOption }: GrantRoleValues): string {
  return `GRANT ${identifier(grantRole)} TO ${identifier(role)}${withAdminOption ? " WITH ADMIN OPTION" : ""}`;
}

function revokeStatement({ role, grantRole }: GrantRoleValues): string {
  return `REVOKE ${identifier(grantRole)} FROM ${identifier(role)}`;
}

function idOf({ role, grantRole, withAdminOption = false }: GrantRoleValues): string {
  return `${role}_${grantRole}_${withAdminOption}`;
}
