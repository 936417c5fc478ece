import * as fs from "node:fs";
import * as path from "node:path";
import { Client } from "pg";
import { type NspawnDriver, nspawnDriver } from "../../local/hosts/nspawn/driver";
import { type Properties, revealAll } from "../../toolchain/providers/base";
import { provider } from "../../toolchain/providers/postgresql/provider";
import { InitializationError, TestEngine, urn } from "../toolchain/providers/base/client";
import { HostBench } from "./support/hostBench";

const DIRECTORY = path.resolve(__dirname, "../../.test/postgresqlProvider");
const SLOT = 14;
/** An image may have to be built first. */
const BUILD_MS = 600_000;
const ADMIN = "site_admin";
const PASSWORD = "Adm1n-Pa55";

jest.setTimeout(60_000);

const bench = new HostBench(DIRECTORY, SLOT);
const HOST = 20;
const AUTHORITY = path.join(DIRECTORY, "ca.pem");
let driver: NspawnDriver;

beforeAll(async () => {
  driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
  await driver.reset(); // what an interrupted run left
  await driver.start();
  const host = bench.host(HOST);
  await driver.create(host);
  await driver.boot(host);
  fs.writeFileSync(AUTHORITY, await bench.ssh(HOST, setup(bench.ipv4(HOST)), 300));
}, BUILD_MS);

afterAll(async () => {
  await driver.reset();
});

/** PostgreSQL with TLS for everybody and an administrator who is no superuser; prints its authority. */
const setup = (address: string) => `set -e
export DEBIAN_FRONTEND=noninteractive
exec 3>&1 >/dev/null
apt-get -q update
apt-get -qq -o Dpkg::Options::=--force-unsafe-io --no-install-recommends install postgresql openssl
cd /etc/postgresql/*/main
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=test" -addext "subjectAltName=IP:${address}" -keyout key.pem -out ca.pem 2>/dev/null
chown postgres key.pem ca.pem && chmod 600 key.pem
printf "listen_addresses='*'\\nssl_cert_file='%s'\\nssl_key_file='%s'\\nfsync=off\\n" $PWD/ca.pem $PWD/key.pem >conf.d/test.conf
echo "hostssl all all all scram-sha-256" >>pg_hba.conf
systemctl restart postgresql
cd / && runuser -u postgres -- psql -q -v ON_ERROR_STOP=1 -c "CREATE ROLE ${ADMIN} LOGIN CREATEDB CREATEROLE PASSWORD '${PASSWORD}'"
cat /etc/postgresql/*/main/ca.pem >&3`;

describe("PostgreSQL 17 with an administrator who is no superuser", () => {
  let engine: TestEngine;
  let made: Made[];

  beforeEach(async () => {
    made = [];
    engine = await TestEngine.start(provider, configuration());
  });

  afterEach(async () => {
    for (const { type, id, outputs } of made.reverse()) await engine.delete(type, id, outputs).catch(() => undefined);
    await engine.stop();
    await asPostgres(`ALTER ROLE ${ADMIN} RESET createrole_self_grant`);
  });

  const configuration = (): Properties => ({
    host: bench.ipv4(HOST),
    port: "5432",
    username: ADMIN,
    password: PASSWORD,
    superuser: "false",
    sslmode: "verify-full",
    sslrootcert: AUTHORITY,
    connectTimeout: "10",
  });

  interface Made {
    type: string;
    id: string;
    inputs: Properties;
    outputs: Properties;
  }

  async function make(kind: string, inputs: Properties): Promise<Made> {
    const type = urn(`postgresql:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, "it");
    const checked = await engine.check(type, inputs);
    expect(checked.failures).toEqual({});
    const { id, outputs } = await engine.create(type, checked.inputs);
    const result = { type, id, inputs: checked.inputs, outputs: revealAll(outputs) };
    made.push(result);
    return result;
  }

  async function refresh({ type, id, inputs, outputs }: Made) {
    const found = await engine.read(type, id, { outputs, inputs });
    if (found === undefined) return undefined;
    const now = revealAll(found.outputs);
    return { outputs: now, ...(await engine.diff(type, id, { outputs: now, inputs, oldInputs: found.inputs })) };
  }

  /** Asks as somebody in a database. */
  async function ask(user: string, password: string, database: string, sql: string): Promise<unknown[]> {
    const client = new Client({
      host: bench.ipv4(HOST),
      user,
      password,
      database,
      ssl: { rejectUnauthorized: false },
      connectionTimeoutMillis: 10_000,
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
      return rows.flat();
    } finally {
      await client.end();
    }
  }

  const asAdmin = (sql: string) => ask(ADMIN, PASSWORD, "postgres", sql);
  const asPostgres = (sql: string) =>
    bench.ssh(HOST, `cd / && runuser -u postgres -- psql -XAtqc ${JSON.stringify(sql)}`);

  /** Roles that the administrator may act as, which the provider must not leave behind. */
  const memberships = () =>
    asAdmin(
      `SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = '${ADMIN}'::regrole AND set_option`,
    );

  it("gets a site's database, made in parallel, with nothing left to change", async () => {
    await asPostgres(`ALTER ROLE ${ADMIN} SET createrole_self_grant TO 'set, inherit'`);
    const owner = await make("Role", { name: "shop_owner" });
    const [login, database] = await Promise.all([
      make("Role", { name: "shop", login: true, password: "sh'op", roles: ["shop_owner"], assumeRole: "shop_owner" }),
      make("Database", { name: "shop", owner: "shop_owner", lcCollate: "C.UTF-8", lcCtype: "C.UTF-8" }),
    ]);
    const rest = await Promise.all([
      make("Grant", { database: "shop", objectType: "database", role: "public", privileges: [] }),
      ...["citext", "pg_trgm", "hstore"].map((name) => make("Extension", { name, database: "shop" })),
    ]);
    expect(await ask("shop", "sh'op", "shop", "SELECT current_user::text")).toEqual(["shop_owner"]);
    await make("Role", { name: "stranger", login: true, password: "x" });
    await expect(ask("stranger", "x", "shop", "SELECT 1")).rejects.toThrow("permission denied for database");
    for (const resource of [owner, login, database, ...rest]) {
      expect(await refresh(resource)).toMatchObject({ changes: "none", detailed: {} });
    }
  });

  it("takes many databases and roles of one owner at the same time, and keeps no membership", async () => {
    await make("Role", { name: "many_owner" });
    const numbers = [1, 2, 3, 4];
    await Promise.all([
      ...numbers.map((n) => make("Database", { name: `many_${n}`, owner: "many_owner" })),
      ...numbers.map((n) => make("Role", { name: `many_login_${n}`, roles: ["many_owner"] })),
    ]);
    expect(await asAdmin("SELECT count(*)::int FROM pg_database WHERE datname LIKE 'many_%'")).toEqual([4]);
    expect(await memberships()).toEqual([]);
  });

  it("makes all of a role or nothing, and the rest the next time", async () => {
    const inputs = { name: "half", login: true, password: "hunter2", roles: ["half_group"] };
    const failure = await make("Role", inputs).catch((error: unknown) => String(error));
    expect(failure).toContain("could not grant role half_group to half");
    expect(failure).not.toContain("hunter2");
    expect(await asAdmin("SELECT rolname::text FROM pg_roles WHERE rolname = 'half'")).toEqual([]);
    await make("Role", { name: "half_group" });
    expect(await make("Role", inputs)).toMatchObject({ id: "half", outputs: { roles: ["half_group"] } });
  });

  it("gives a membership back when the database can't be made", async () => {
    await make("Role", { name: "failed_owner" });
    const inputs = { name: "failed", owner: "failed_owner" };
    await expect(make("Database", { ...inputs, lcCollate: "xx_XX" })).rejects.toThrow("error creating database");
    expect(await memberships()).toEqual([]);
    await make("Database", inputs);
  });

  it("sees what somebody changed by hand, and puts it right", async () => {
    const role = await make("Role", { name: "drift", login: true, password: "one", searchPaths: ["a", "B"] });
    await asPostgres("ALTER ROLE drift NOLOGIN CONNECTION LIMIT 3");
    const found = await refresh(role);
    expect(found?.detailed).toEqual({ connectionLimit: "update", login: "update" });
    const outputs = await engine.update(role.type, role.id, { outputs: found?.outputs ?? {}, inputs: role.inputs });
    expect(outputs).toMatchObject({ login: true, connectionLimit: -1, searchPaths: ["a", "B"] });
    expect(await ask("drift", "one", "postgres", "SHOW search_path")).toEqual(['a, "B"']);
  });

  it("keeps what is true in the state when an update fails half-way, and finishes later", async () => {
    await make("Role", { name: "first_owner" });
    const database = await make("Database", { name: "update", owner: "first_owner" });
    const inputs = { ...database.inputs, connectionLimit: 5 };
    const failure: unknown = await engine
      .update(database.type, database.id, { outputs: database.outputs, inputs, oldInputs: database.inputs })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InitializationError);
    const { outputs } = failure as InitializationError;
    expect(outputs).toMatchObject({ connectionLimit: -1, owner: "first_owner" });
    await asPostgres(`GRANT first_owner TO ${ADMIN} WITH INHERIT TRUE`);
    expect(await engine.update(database.type, database.id, { outputs, inputs })).toMatchObject({ connectionLimit: 5 });
  });

  it("grants on tables that others own, and on those to come", async () => {
    await make("Role", { name: "data_owner" });
    await make("Role", { name: "writer", login: true, password: "w", roles: ["data_owner"], assumeRole: "data_owner" });
    await make("Role", { name: "reader", login: true, password: "r" });
    await make("Database", { name: "data", owner: "data_owner" });
    await ask("writer", "w", "data", "CREATE TABLE old (n int)");
    const target = { database: "data", schema: "public", role: "reader", objectType: "table", privileges: ["SELECT"] };
    const grant = await make("Grant", target);
    await make("DefaultPrivileges", { ...target, owner: "data_owner" });
    await ask("writer", "w", "data", "CREATE TABLE new (n int)");
    expect(await ask("reader", "r", "data", "SELECT count(*)::int FROM old, new")).toEqual([0]);
    expect(await memberships()).toEqual([]);
    await ask("writer", "w", "data", "REVOKE SELECT ON new FROM reader");
    expect((await refresh(grant))?.detailed).toEqual({ privileges: "add" });
  });

  it("drops a role, leaving what it made to the administrator, and then finds it gone", async () => {
    const role = await make("Role", { name: "leaver", login: true, password: "l" });
    await asPostgres("CREATE SCHEMA work; CREATE TABLE work.t (n int); ALTER TABLE work.t OWNER TO leaver");
    await engine.delete(role.type, role.id, role.outputs);
    expect(await refresh(role)).toBeUndefined();
    expect(await asAdmin("SELECT tableowner::text FROM pg_tables WHERE schemaname = 'work'")).toEqual([ADMIN]);
    await asPostgres("DROP SCHEMA work CASCADE");
  });

  it("does not talk to a server that another authority vouches for", async () => {
    const other = path.join(DIRECTORY, "other.pem");
    fs.writeFileSync(other, await bench.ssh(HOST, "cat /etc/ssl/certs/ssl-cert-snakeoil.pem"));
    await engine.configure({ ...configuration(), sslrootcert: other });
    await expect(make("Role", { name: "nobody" })).rejects.toThrow(/error connecting.*certificate/);
  });
});
