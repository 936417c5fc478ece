import fc from "fast-check";
import { createDatabaseStatement } from "../../../../toolchain/providers/postgresql/databaseSql";
import {
  defaultGrantStatement,
  defaultRevokeStatement,
} from "../../../../toolchain/providers/postgresql/defaultPrivileges";
import { createExtensionStatement } from "../../../../toolchain/providers/postgresql/extension";
import {
  grantId,
  grantProblem,
  grantStatement,
  revokeStatement,
} from "../../../../toolchain/providers/postgresql/grantSql";
import { checkPrivileges, samePrivileges } from "../../../../toolchain/providers/postgresql/privileges";
import {
  changeStatements,
  createStatement,
  roleSettings,
  settingStatements,
} from "../../../../toolchain/providers/postgresql/roleSql";
import { identifier, literal, objectsIn } from "../../../../toolchain/providers/postgresql/sql";

describe("names and texts in statements", () => {
  it("can't be left by any name", () => {
    fc.assert(fc.property(fc.string(), (name) => /^"([^"]|"")*"$/.test(identifier(name))));
  });

  it("can't be left by any password", () => {
    fc.assert(fc.property(fc.string(), (text) => /^('([^'\\]|'')*'| E'([^'\\]|''|\\\\)*')$/.test(literal(text))));
  });

  it("keep a function's argument types", () => {
    expect(objectsIn("public", ["f(int, numeric(4,2))", 'odd"name'])).toBe(
      `"public"."f"(int, numeric(4,2)),"public"."odd""name"`,
    );
  });
});

describe("roles", () => {
  it("are made with every option said", () => {
    expect(
      createStatement({ name: "site", login: true, password: "it's", validUntil: "Infinity", inherit: true }),
    ).toBe(
      `CREATE ROLE "site" WITH ENCRYPTED PASSWORD 'it''s' VALID UNTIL 'infinity' CONNECTION LIMIT -1 ` +
        "NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT LOGIN NOBYPASSRLS NOREPLICATION",
    );
  });

  it("have no password where the program says NULL", () => {
    expect(createStatement({ name: "site", password: "null" })).toContain("WITH PASSWORD NULL CONNECTION");
  });

  it("get their password again with a new name, which makes an MD5 hash useless", () => {
    const have = { name: "old", password: "secret" };
    const steps = changeStatements({
      have,
      want: { ...have, name: "new" },
      changed: (...names) => names.includes("name"),
    });
    expect(steps.map(({ sql }) => sql)).toEqual([
      `ALTER ROLE "old" RENAME TO "new"`,
      `ALTER ROLE "new" PASSWORD 'secret'`,
    ]);
    expect(steps.map(({ what }) => what).join()).not.toContain("secret");
  });

  it("get a write-only password only when its version changes", () => {
    const want = { name: "site", passwordWo: "hidden", passwordWoVersion: "1" };
    const changeOf = (name: string) =>
      changeStatements({ have: want, want, changed: (...names) => names.includes(name as never) });
    expect(changeOf("passwordWo")).toEqual([]);
    expect(changeOf("passwordWoVersion")).toEqual([
      { what: "error updating role password", sql: `ALTER ROLE "site" PASSWORD 'hidden'` },
    ]);
  });

  it("start their sessions as another role if they shall, and stop doing so", () => {
    const last = (assumeRole?: string) =>
      settingStatements({ name: "login", assumeRole }, (name) => name === "assumeRole").at(-1)?.sql;
    expect(last("owner")).toBe(`ALTER ROLE "login" SET ROLE TO "owner"`);
    expect(last(undefined)).toBe(`ALTER ROLE "login" RESET ROLE`);
  });

  it("refuse a search path that could not be read back", () => {
    expect(() => settingStatements({ name: "login", searchPaths: ["a, b"] }, () => false)).toThrow("cannot contain");
  });

  it("tell their settings from PostgreSQL's list", () => {
    expect(roleSettings(['search_path=a, "B c"', "statement_timeout=2000", "role=owner", "role_other=x"])).toEqual({
      searchPaths: ["a", "B c"],
      assumeRole: "owner",
      statementTimeout: 2000,
      idleInTransactionSessionTimeout: 0,
    });
    expect(() => roleSettings(["statement_timeout=2s"])).toThrow("statement_timeout");
  });
});

describe("databases and extensions", () => {
  it("are made with what the program says and the official provider's defaults", () => {
    expect(createDatabaseStatement({ name: "site", lcCollate: "C.UTF-8", tablespaceName: "default" }, "admin")).toBe(
      `CREATE DATABASE "site" OWNER "admin" TEMPLATE "template0" ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' TABLESPACE DEFAULT ` +
        "ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false",
    );
  });

  it("take a version and what they need with them", () => {
    expect(
      createExtensionStatement({ name: "earthdistance", schema: "app", version: "1.1", createCascade: true }),
    ).toBe(`CREATE EXTENSION IF NOT EXISTS "earthdistance" SCHEMA "app" VERSION "1.1" CASCADE`);
  });
});

describe("grants", () => {
  const base = { role: "reader", database: "site", schema: "public", privileges: ["SELECT"] };

  it.each([
    [{ ...base, objectType: "database", privileges: ["CONNECT"] }, `GRANT CONNECT ON DATABASE "site" TO "reader"`],
    [{ ...base, objectType: "schema", privileges: ["USAGE"] }, `GRANT USAGE ON SCHEMA "public" TO "reader"`],
    [{ ...base, objectType: "table" }, `GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader"`],
    [
      { ...base, objectType: "table", objects: ["a", "b"], withGrantOption: true },
      `GRANT SELECT ON TABLE "public"."a","public"."b" TO "reader" WITH GRANT OPTION`,
    ],
    [
      { ...base, objectType: "column", objects: ["a"], columns: ["x", "y"] },
      `GRANT SELECT ("x","y") ON TABLE "public"."a" TO "reader"`,
    ],
    [
      { ...base, objectType: "foreign_server", objects: ["far"], privileges: ["USAGE"] },
      `GRANT USAGE ON FOREIGN SERVER "far" TO "reader"`,
    ],
  ])("say what is granted on what: %#", (grant, statement) => {
    expect(grantStatement(grant)).toBe(statement);
  });

  it("take back everything from all objects, but from named ones only what was granted, for the sake of columns", () => {
    expect(revokeStatement({ ...base, objectType: "table" })).toBe(
      `REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA "public" FROM "reader"`,
    );
    expect(revokeStatement({ ...base, objectType: "table", objects: ["a"] })).toBe(
      `REVOKE SELECT ON TABLE "public"."a" FROM "reader"`,
    );
    expect(revokeStatement({ ...base, objectType: "column", objects: ["a"], columns: [] })).toBeUndefined();
  });

  it("have the official provider's id, with columns in the order of its sets", () => {
    expect(grantId({ ...base, objectType: "column", objects: ["t1"], columns: ["a", "b"] })).toBe(
      "reader_site_public_column_t1_b_a",
    );
    expect(grantId({ ...base, role: "public", objectType: "database" })).toBe("public_site_database");
  });

  it.each([
    [{ ...base, schema: undefined, objectType: "table" }, "'schema' is mandatory"],
    [{ ...base, objectType: "database", objects: ["a"] }, "cannot specify `objects`"],
    [{ ...base, objectType: "table", columns: ["a"] }, "cannot specify `columns`"],
    [{ ...base, objectType: "column", objects: ["a"] }, "must specify `columns`"],
    [{ ...base, objectType: "foreign_server" }, "one element must be specified"],
  ])("are refused where they make no sense: %#", (grant, problem) => {
    expect(grantProblem(grant)).toContain(problem);
  });

  it("refuse words that are no privileges, which is also what keeps statements whole", () => {
    expect(() => checkPrivileges("table", ["SELECT", "SELECT ON x TO y; --"], 17)).toThrow("not an allowed privilege");
    expect(() => checkPrivileges("table", ["MAINTAIN"], 16)).toThrow("MAINTAIN");
    expect(() => checkPrivileges("table", ["MAINTAIN"], 17)).not.toThrow();
  });

  it("know ALL again when PostgreSQL lists the privileges", () => {
    expect(samePrivileges("schema", ["USAGE", "CREATE"], ["ALL"], 15)).toBe(true);
    expect(samePrivileges("schema", ["USAGE"], ["ALL"], 15)).toBe(false);
    expect(samePrivileges("table", ["UPDATE", "SELECT"], ["SELECT", "UPDATE"], 15)).toBe(true);
  });
});

describe("default privileges", () => {
  const values = { role: "reader", database: "site", owner: "own", objectType: "table", privileges: ["SELECT"] };

  it("are granted and revoked for what the owner will make", () => {
    expect(defaultGrantStatement({ ...values, schema: "app" })).toBe(
      `ALTER DEFAULT PRIVILEGES FOR ROLE "own" IN SCHEMA "app" GRANT SELECT ON TABLES TO "reader"`,
    );
    expect(defaultRevokeStatement(values)).toBe(
      `ALTER DEFAULT PRIVILEGES FOR ROLE "own" REVOKE ALL ON TABLES FROM "reader"`,
    );
  });
});
