import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import type { Stack } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";
import { CommandFailed } from "../../cli/run";
import type { ReleaseRecord } from "../../cli/site/releases";
import { resolveSource } from "../../source/resolve";
import { GitServer, Repository } from "../source/gitServer";
import { SiteCommand } from "./support/siteCommand";
import { onHost as runOnHost } from "./support/ssh";

jest.setTimeout(600_000);

const local: LocalSettings = { directory: ".test/sources", port: 8427, slot: 27 };
const TOKEN = "hunter2-hunter2";
const odd = `a@b/c#d%e$f!g"h'i j,k\\l=m\nn é`;

/** What the site says about itself. */
interface About {
  text: string;
  odd: Record<string, string>;
  file: Record<string, string>;
  secret: number;
  secure: boolean;
  address: string;
  users: string[];
  tls: [boolean, string];
}

describe("a site from a private repository, with a src layout, uv.lock and awkward variables", () => {
  let server: GitServer;
  let repository: Repository;
  let stack: Stack;
  let production: Rehearsed;
  let app: Record<string, unknown>;

  beforeAll(async () => {
    server = new GitServer(resolve(local.directory, "repositories"), TOKEN);
    await server.start();
    repository = new Repository(server, "awkward");
    cpSync(join(__dirname, "sites/awkward"), join(server.directory, "awkward.tree"), { recursive: true });
    app = {
      wsgi: "awkward.wsgi:application",
      settings: "awkward.settings",
      git: { token: TOKEN, ca: server.ca },
      install: { extras: ["dotenv"] },
      static: { directory: "public" },
      health: { text: "awkward" },
      build: [`printf '%s' "$SECRET_KEY" >assets/seen.txt`],
      beforeMigrate: ['echo "$odd_1" >>~/before.log'],
      once: [
        `python manage.py shell -c "from django.contrib.auth.models import User; User.objects.create_user('once')"`,
      ],
      envFile: ".env",
      env: {
        HOSTS: "${domains:space}",
        SECRET_KEY: "${secretKey}",
        DB_HOST: "${database.host}",
        DB_NAME: "${database.name}",
        DB_USER: "${database.user}",
        DB_PASSWORD: "${database.password}",
        odd_1: odd,
        "odd-name.2": "1",
      },
      secrets: { odd_3: odd },
    };
    await prepare(local);
    await release({ source: await pinned("main", repository.commit({})) });
    production = await describeStack(stack, local);
  });

  afterAll(async () => {
    await server.stop();
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
  });

  async function pinned(ref: string, commit: string): Promise<string> {
    const source = await resolveSource(
      `${server.address("awkward")}@${ref}`,
      { token: TOKEN, ca: server.ca },
      local.directory,
    );
    expect(source).toBe(`${server.address("awkward")}@${commit}#ref=${ref}`);
    return source;
  }

  /** `pulumi up` with these keys of `app` on top of the others. */
  async function release(more: Record<string, unknown>): Promise<void> {
    const original = join(local.directory, "Pulumi.original.yaml");
    mkdirSync(local.directory, { recursive: true });
    const config = {
      "trinode:site": "awkward",
      "trinode:domains": ["www.awkward.com"],
      "trinode:topology": "single",
      "trinode:plans": { app: "g6-standard-1" },
      "trinode:app": { ...app, ...more },
    };
    writeFileSync(original, stringify({ config }));
    const configFile = join(local.directory, "Pulumi.sources.yaml");
    stack = await configure({ local, stack: "sources", original, configFile });
    await deploy(stack);
  }

  const about = async () => JSON.parse((await visit(production)).body) as About;

  const onHost = (script: string) => runOnHost(local.directory, production.addresses.app, "bash -s", script);

  it("stands, by configuration alone, and records its commit", async () => {
    expect(await about()).toMatchObject({ text: "awkward one", secure: true, users: ["once"] });
    const record = JSON.parse(await onHost("cat /srv/awkward/current/release.json")) as { commit: string };
    expect(record.commit).toBe(repository.git("rev-parse", "HEAD").trim());
  });

  it("gets every variable as it is, in pages, in manage.py and in its file", async () => {
    const { odd: seen, file, secret } = await about();
    expect(seen).toEqual({ odd_1: odd, "odd-name.2": "1", odd_3: odd });
    expect(file).toEqual({ odd_1: odd, odd_3: odd });
    expect(secret).toBe(50);
    const printed = await onHost(
      `trinode manage shell -c 'import os, json; print(json.dumps([os.environ["odd_1"], os.environ["odd-name.2"]]))'`,
    );
    expect(JSON.parse(printed.trim().split("\n").at(-1) ?? "")).toEqual([odd, "1"]);
    expect(await onHost("stat -Lc '%a %U' /srv/awkward/current/source/.env")).toBe("600 awkward\n");
    expect(await onHost("cat /srv/awkward/shared/home/before.log")).toBe(`${odd}\n`);
  });

  it("talks to the database over TLS, without ever having heard of it", async () => {
    expect((await about()).tls).toEqual([true, "verify-full"]);
  });

  it("lets its build commands know none of its secrets", async () => {
    const { status, body } = await visit(production, "/static/seen.txt");
    expect({ status, body }).toEqual({ status: 200, body: "stand-in-while-a-release-is-built-000000000000000000" });
  });

  it("runs what is to run once no second time, also with a new release", async () => {
    const urls = readFileSync(join(__dirname, "sites/awkward/src/awkward/urls.py"), "utf8");
    const commit = repository.commit({ "src/awkward/urls.py": urls.replace("awkward one", "awkward two") });
    await release({ source: (app.source = await pinned("main", commit)) });
    expect(await about()).toMatchObject({ text: "awkward two", users: ["once"] });
  });

  it("is released by ./site at what its branch has now, and gone back from", async () => {
    const site = new SiteCommand(stack);
    const urls = readFileSync(join(server.directory, "awkward.tree/src/awkward/urls.py"), "utf8");
    const commit = repository.commit({ "src/awkward/urls.py": urls.replace("awkward two", "awkward three") });
    await site.well(["release"]);
    expect(await about()).toMatchObject({ text: "awkward three" });
    expect(readFileSync(stack.configFile!, "utf8")).toContain(`@${commit}#ref=main`);
    const [newest] = JSON.parse(await site.well(["--json", "releases"])) as ReleaseRecord[];
    expect(newest).toMatchObject({ state: "live", commit });
    await site.well(["rollback"]);
    expect(await about()).toMatchObject({ text: "awkward two", users: ["once"] });
  });

  /** What `pulumi up` says when it fails with these keys. */
  async function complaint(more: Record<string, unknown>): Promise<string> {
    const failed = await release(more).catch((error: unknown) => error);
    if (!(failed instanceof CommandFailed)) throw new Error("pulumi up did not fail", { cause: failed });
    return failed.output;
  }

  describe("twin: what is bad is refused with a sentence, and the site that stands goes on serving", () => {
    afterEach(async () => {
      expect(await about()).toMatchObject({ text: "awkward two", users: ["once"] });
    });

    it("a branch", async () => {
      expect(await complaint({ source: `${server.address("awkward")}@main` })).toMatch(
        /"main" of .* can mean another commit tomorrow, so pulumi up does not deploy it\. Run \.\/site release/,
      );
    });

    it("a token that is not let in", async () => {
      const source = `${server.address("awkward")}@${"0".repeat(40)}`;
      expect(await complaint({ source, git: { token: "wrong", ca: server.ca } })).toMatch(
        "it does not let trinode:app.git.token in",
      );
    });

    it("a file in Git LFS", async () => {
      const commit = repository.commit({ "logo.png": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n" });
      expect(await complaint({ source: await pinned("main", commit) })).toMatch(
        'holds "logo.png" as a mere reference to Git LFS',
      );
    });

    it("a Python that can't be had", async () => {
      expect(await complaint({ python: "3.99" })).toMatch(
        "Python 3.99 can't be had on this host (see above). Leave trinode:app.python out",
      );
    });

    it("a package with an extra that the lock does not have", async () => {
      expect(await complaint({ install: { extras: ["nothing"] } })).toMatch('what "uv.lock" locks can\'t be read');
    });

    it("a build command that takes more memory than the site can spare", async () => {
      const build = ['python -c "print(len(bytearray(900 << 20)))"'];
      expect(await complaint({ build })).toMatch(/MemoryError[^]*app\.build failed: python -c .* it may take 512 MB/);
    });

    it("a command to run once that fails: it runs again with the next release, and those before it don't", async () => {
      const once = [...(app.once as string[]), "echo tried >>~/once.log; test -e ~/ready"];
      expect(await complaint({ once })).toMatch(/app\.once: exit 1 of: echo tried/);
      await onHost("touch /srv/awkward/shared/home/ready");
      await release({ once });
      await release({ once, beforeMigrate: ["true"] });
      expect(await onHost("cat /srv/awkward/shared/home/once.log")).toBe("tried\ntried\n");
    });
  });
});
