import { Secret, unknown } from "../../../../toolchain/providers/base";
import { provider } from "../../../../toolchain/providers/postgresql/provider";
import { TestEngine, urn } from "../base/client";

const role = urn("postgresql:index/role:Role", "login");
const database = urn("postgresql:index/database:Database", "site");
const grant = urn("postgresql:index/grant:Grant", "public");

/** What the official plugin 3.18.1 answered, with the password's secret mark taken off as the engine does. */
const roleState = {
  id: "site",
  assumeRole: "owner",
  bypassRowLevelSecurity: false,
  connectionLimit: -1,
  createDatabase: false,
  createRole: false,
  encrypted: null,
  encryptedPassword: true,
  idleInTransactionSessionTimeout: 0,
  inherit: true,
  login: true,
  name: "site",
  password: "pw1",
  passwordWo: null,
  passwordWoVersion: null,
  replication: false,
  roles: ["owner"],
  searchPaths: null,
  skipDropRole: false,
  skipReassignOwned: false,
  statementTimeout: 0,
  superuser: false,
  validUntil: "infinity",
};
const roleInputs = {
  __defaults: ["connectionLimit", "encryptedPassword", "inherit", "validUntil"],
  assumeRole: "owner",
  connectionLimit: -1,
  encryptedPassword: true,
  inherit: true,
  login: true,
  name: "site",
  password: "pw1",
  roles: ["owner"],
  validUntil: "infinity",
};

describe("the postgresql provider, as the official plugin answers", () => {
  let engine: TestEngine;
  beforeEach(async () => {
    // Nothing listens on port 1: what is asked here needs no server.
    engine = await TestEngine.start(provider, {
      host: "127.0.0.1",
      port: "1",
      username: "admin",
      password: "hunter2",
      superuser: "false",
      sslmode: "disable",
    });
  });
  afterEach(() => engine.stop());

  it("fills in defaults other than zero and tells which", async () => {
    const { inputs, failures } = await engine.check(role, {
      name: "site",
      login: true,
      password: "pw1",
      roles: ["owner"],
      assumeRole: "owner",
    });
    expect(failures).toEqual({});
    expect(inputs).toEqual({ ...roleInputs, password: new Secret("pw1") });
  });

  it("makes up a name once", async () => {
    const first = await engine.check(role, {});
    expect(first.inputs.name).toMatch(/^login-[0-9a-f]{7}$/);
    const olds = { ...first.inputs, name: "login-0123456" };
    expect((await engine.check(role, {}, olds)).inputs.name).toBe("login-0123456");
  });

  it("keeps an unknown password secret", async () => {
    const { inputs } = await engine.check(role, { name: "site", password: unknown });
    expect(inputs.password).toEqual(new Secret(unknown));
  });

  it.each([
    [role, { name: "a", connectionLimit: -2 }, "expected connection_limit to be at least (-1), got -2"],
    [role, { name: "a", login: "yes" }, 'parsing "yes"'],
    [role, { name: "a", nmae: "b" }, "Invalid or unknown key"],
    [role, { name: "a", password: "a", passwordWo: "b", passwordWoVersion: "1" }, "conflicts with password_wo"],
    [role, { name: "a", passwordWo: "b" }, "must be specified"],
    [grant, { role: "r", objectType: "database", privileges: [] }, '"database" is required'],
    [grant, { role: "r", database: "d", objectType: "databse", privileges: [] }, "expected object_type to be one of"],
  ])("refuses %s %j", async (resource, inputs, reason) => {
    expect(Object.values((await engine.check(resource, inputs)).failures).join()).toContain(reason);
  });

  it("sees no difference where there is none", async () => {
    const values = { outputs: roleState, inputs: roleInputs, oldInputs: roleInputs };
    expect(await engine.diff(role, "site", values)).toMatchObject({ changes: "none", detailed: {} });
  });

  it("sees what an update changes", async () => {
    const { assumeRole: _, ...rest } = roleInputs;
    const inputs = {
      ...rest,
      password: "pw2",
      roles: [],
      connectionLimit: 3,
      searchPaths: ["a", "b"],
      statementTimeout: 1000,
    };
    const diff = await engine.diff(role, "site", { outputs: roleState, inputs, oldInputs: roleInputs });
    expect(diff.replaces).toEqual([]);
    expect(diff.detailed).toEqual({
      assumeRole: "delete",
      connectionLimit: "update",
      password: "update",
      roles: "delete",
      searchPaths: "add",
      statementTimeout: "update",
    });
  });

  it("replaces a database for its encoding, deleting the old one first, and leaves what the program does not say", async () => {
    const outputs = {
      name: "db",
      owner: "own",
      encoding: "UTF8",
      lcCollate: "C",
      template: "template0",
      connectionLimit: -1,
      allowConnections: true,
      alterObjectOwnership: false,
    };
    const inputs = {
      __defaults: [],
      name: "db",
      owner: "admin",
      encoding: "LATIN1",
      connectionLimit: -1,
      allowConnections: true,
    };
    expect(await engine.diff(database, "db", { outputs, inputs })).toMatchObject({
      replaces: ["encoding"],
      deleteBeforeReplace: true,
      detailed: { encoding: "update-replace", owner: "update" },
    });
  });

  it("compares privileges as sets", async () => {
    const outputs = {
      role: "public",
      database: "db",
      objectType: "database",
      privileges: ["CONNECT", "TEMPORARY"],
      withGrantOption: false,
    };
    const diff = (privileges: string[]) =>
      engine.diff(grant, "public_db_database", { outputs, inputs: { ...outputs, privileges } });
    expect((await diff(["TEMPORARY", "CONNECT"])).changes).toBe("none");
    expect((await diff(["CONNECT"])).detailed).toEqual({ "privileges[1]": "delete" });
    expect((await diff([])).detailed).toEqual({ privileges: "delete" });
  });

  it("previews a database without a server: what PostgreSQL decides is unknown", async () => {
    const { inputs } = await engine.check(database, { name: "db", owner: unknown, encoding: "UTF8" });
    expect((await engine.create(database, inputs, true)).outputs).toMatchObject({
      id: unknown,
      owner: unknown,
      encoding: "UTF8",
      connectionLimit: -1,
      alterObjectOwnership: false,
      isTemplate: unknown,
      tablespaceName: unknown,
    });
  });

  it("previews an update with the note on Terraform's state", async () => {
    const outputs = await engine.update(role, "site", {
      outputs: roleState,
      inputs: { ...roleInputs, searchPaths: ["a"], roles: [] },
      preview: true,
    });
    expect(outputs).toMatchObject({
      roles: [],
      searchPaths: ["a"],
      password: new Secret("pw1"),
      __pulumi_raw_state_delta: {
        obj: { ps: { roles: { arr: {} }, searchPaths: { arr: {} } }, renamed: { searchPaths: "search_path" } },
      },
    });
  });

  it("tells which server it can't reach, and no password", async () => {
    const { inputs } = await engine.check(role, { name: "site", password: "hunter3" });
    const failure = await engine.create(role, inputs).catch((error: unknown) => String(error));
    expect(failure).toContain("error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres)");
    expect(failure).not.toMatch(/hunter/);
  });

  it("refuses what it does not have by name", async () => {
    await expect(engine.check(urn("postgresql:index/schema:Schema", "s"), {})).rejects.toThrow(
      "postgresql:index/schema:Schema",
    );
  });
});
