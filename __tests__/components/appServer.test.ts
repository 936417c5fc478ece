import { gunzipSync } from "node:zlib";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AppServer, type AppServerArgs } from "../../components/appServer";
import { LinodeHost } from "../../components/linodeHost";
import { prepareRelease } from "../../components/release";
import { only, record, type Registered } from "./recorder";

let scratch: string;
const cwd = process.cwd();
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "trinode-app-"));
  for (const [path, text] of Object.entries({
    "site/manage.py": "",
    "site/config/wsgi.py": "",
    "site/config/settings.py": "",
    "site/requirements.txt": "Django==5.2.19\n",
  })) {
    mkdirSync(join(scratch, path, ".."), { recursive: true });
    writeFileSync(join(scratch, path), text);
  }
  // What is packed is written below the working directory.
  process.chdir(scratch);
});
afterAll(() => {
  process.chdir(cwd);
  rmSync(scratch, { recursive: true, force: true });
});

function program(more: Partial<AppServerArgs> = {}): void {
  const host = new LinodeHost("app", {
    label: "gamelenders-prod-app",
    region: "fr-par",
    image: "linode/debian13",
    plan: "g6-nanode-1",
    tags: ["trinode"],
    subnetId: pulumi.output(7),
    privateAddress: "10.0.0.12",
    inbound: [],
    operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
  });
  new AppServer("app", {
    host,
    site: "gamelenders",
    domains: ["www.gamelenders.test", "gamelenders.test"],
    source: "site",
    wsgi: "config.wsgi:application",
    settings: "config.settings",
    install: { packages: ["redis"], apt: ["libjpeg62-turbo"] },
    server: { timeoutSeconds: 30 },
    health: { path: "/", status: 200 },
    static: { url: "/static/", directory: "staticfiles" },
    media: { url: "/media/", directory: "/var/lib/media" },
    variables: pulumi.secret({ SQL_PASSWORD: "top secret" }),
    database: {
      caCertificate: "PEM of the database",
      ready: [],
      address: "10.0.0.10",
      port: 5432,
      databaseName: "shop",
      user: "shop",
      password: pulumi.secret("login secret"),
    },
    webAddresses: ["10.0.0.11"],
    plan: { memoryMb: 1024, vcpus: 1 },
    ...more,
  });
}

/** What a step sends, as text: the names and contents of its tar. */
function bundle({ inputs }: Registered): string {
  const { secret } = inputs.stdin as { secret: string };
  return gunzipSync(Buffer.from(secret, "base64")).toString();
}

describe("an application server", () => {
  let made: Registered[];
  beforeAll(async () => (made = await record(() => program())));
  const step = (name: string) => bundle(only(made, { name }));

  it("is set up, gets its source, builds and activates its release, and has its mail tried", () => {
    const own = made.filter(({ name, type }) => name.startsWith("app-") && type.startsWith("command:remote:"));
    expect(own.map(({ name }) => name).sort()).toEqual([
      "app-build",
      "app-contact",
      "app-keys",
      "app-mail",
      "app-release",
      "app-setup",
      "app-source",
    ]);
  });

  it("sends secrets on standard input only, and keeps them a secret there", () => {
    const plain = made.map(({ name, inputs }) => ({ name, ...inputs, stdin: undefined }));
    expect(JSON.stringify(plain)).not.toContain("top secret");
    for (const name of ["app-build", "app-release"]) expect(step(name)).toContain("SQL_PASSWORD=top secret\0");
    expect(step("app-setup")).not.toContain("top secret");
  });

  it("needs nothing of the database before the release is activated", () => {
    expect(step("app-release")).toContain("PEM of the database");
    for (const name of ["app-setup", "app-build"]) expect(step(name)).not.toContain("PEM of the database");
  });

  it("builds what is configured", () => {
    const build = step("app-build");
    expect(build).toContain("REQUIREMENTS='requirements.txt'\n");
    expect(build).toContain("PACKAGES='redis'\n");
    expect(build).toContain("APT='libjpeg62-turbo'\n");
    expect(build).toContain("BUILD_MEMORY_MB='512'\n");
  });

  it("tells a build what is configured beyond that, and its commands a stand-in for each secret", async () => {
    const other = await record(() =>
      program({
        python: "3.12",
        install: { packages: [], apt: [], constraints: ["requirements.txt"] },
        build: ["make"],
        once: ["load"],
        envFile: ".env",
        buildVariables: { SQL_PASSWORD: "stand-in" },
      }),
    );
    const build = bundle(only(other, { name: "app-build" }));
    for (const line of ["PYTHON_VERSION='3.12'", "CONSTRAINTS='requirements.txt'", "LOCK=''", "PROJECT=''"])
      expect(build).toContain(`${line}\n`);
    expect(build).toContain('"build":["make"],"once":["load"],"envFile":".env"');
    expect(build).toContain("SQL_PASSWORD=stand-in\0");
  });

  it("makes media's directory outside the releases where settings name one", () => {
    expect(step("app-setup")).toContain("MEDIA_DIRECTORY='/var/lib/media'\n");
    expect(step("app-setup")).toContain("STATIC_DIRECTORY=''\n");
  });

  it("asks with the canonical name, so that no site has to allow more hosts", () => {
    expect(step("app-release")).toContain("DOMAIN='www.gamelenders.test'\n");
  });

  it("copies the source to a place named by its content: an unchanged one is not copied again", async () => {
    const path = (registered: Registered[]) => only(registered, { name: "app-source" }).inputs.remotePath;
    expect(path(made)).toMatch(/^\/var\/lib\/trinode\/incoming\/[0-9a-f]{64}\.tar\.gz$/);
    expect(path(await record(() => program({ domains: ["other.test"] })))).toBe(path(made));
  });
});

describe("an ASGI site with a worker, a Redis and Sentry", () => {
  let made: Registered[];
  beforeAll(async () => {
    made = await record(() =>
      program({
        wsgi: undefined,
        asgi: "config.wsgi:application",
        processes: { work: { command: "manage.py work", count: 1, stopSignal: "TERM", stopSeconds: 30 } },
        schedule: { nightly: { command: "manage.py clean", at: "daily", timeoutSeconds: 60 } },
        redis: { memoryMb: 64, password: pulumi.secret("redis secret") },
        sentry: { dsn: "https://dsn-secret@sentry.example/1", environment: "prod" },
      }),
    );
  });
  const step = (name: string) => bundle(only(made, { name }));

  it("is built with uvicorn over what it pins, and with sentry-sdk beside", () => {
    expect(step("app-build")).toMatch(/^uvicorn==/m);
    expect(step("app-build")).toMatch(/^sentry-sdk==/m);
    expect(step("app-release")).toContain('worker_class = "uvicorn"');
  });

  it("gets what runs beside it with the release, and its Redis with the machine's set-up", () => {
    expect(step("app-release")).toContain("[program:process_work]");
    expect(step("app-release")).toContain("OnCalendar=daily");
    expect(step("app-setup")).toContain("requirepass redis secret");
  });

  it("shows none of its secrets", () => {
    const plain = made.map(({ name, inputs }) => ({ name, ...inputs, stdin: undefined }));
    expect(JSON.stringify(plain)).not.toMatch(/redis secret|dsn-secret/);
    expect(step("app-release")).toContain("TRINODE_SENTRY_DSN=https://dsn-secret@sentry.example/1\0");
  });
});

describe("a change of the configuration", () => {
  it("reaches only the steps that it is about", async () => {
    const stdin = async (more: Partial<AppServerArgs>) => {
      const made = await record(() => program(more));
      return ["app-setup", "app-build", "app-release"].map((name) => bundle(only(made, { name })));
    };
    const before = await stdin({});
    const touched = async (more: Partial<AppServerArgs>) =>
      (await stdin(more)).map((text, i) => (text === before[i] ? "same" : "changed"));
    expect(await touched({})).toEqual(["same", "same", "same"]);
    expect(await touched({ server: { timeoutSeconds: 60 } })).toEqual(["same", "same", "changed"]);
    expect(await touched({ variables: { NEW: "1" } })).toEqual(["same", "changed", "changed"]);
    expect(await touched({ webAddresses: ["10.0.0.11", "10.0.0.13"] })).toEqual(["changed", "same", "changed"]);
  });
});

describe("a source that can't be deployed", () => {
  it("stops before the first resource is made", async () => {
    const source = {
      source: "site",
      wsgi: "config.asgi:application",
      settings: "config.settings",
      install: { packages: [], apt: [] },
      static: { url: "/static/", directory: "staticfiles" },
      media: { url: "/media/", directory: "media" },
    };
    await expect(prepareRelease(source)).rejects.toThrow(/^trinode:app\.wsgi: the source has no module "config\.asgi"/);
  });
});
