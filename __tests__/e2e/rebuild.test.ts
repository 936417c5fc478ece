import { rmSync } from "node:fs";
import { join } from "node:path";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { showProgress } from "../../cli/progress";
import { outputs, pulumi } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare } from "../../cli/rehearse";
import { certificateOf, serving } from "./support/outside";
import { SiteCommand } from "./support/siteCommand";
import { on, type Standing } from "./support/standing";

const local: LocalSettings = { directory: ".test/rebuild", port: 8432, slot: 4 };
const name = "rebuild-e2e";
const upload = "/srv/gamelenders/shared/media/covers/a.bin";

type Role = "web" | "app" | "database";

describe("a machine that is made anew by name", () => {
  let standing: Standing;
  let started = false;

  const production = () => describeStack(standing.stack, local);
  const sql = (text: string) => on(standing, "database", `runuser -u postgres -- psql -XAtqd ocrprojet13 -c "${text}"`);
  const titles = () => sql("SELECT title FROM lending_game ORDER BY id");
  const sum = () => on(standing, "app", `sha256sum ${upload}`);
  const idOf = async (role: Role) => {
    const { servers } = (await outputs(standing.stack)) as { servers: Record<Role, { id: string } | { id: string }[]> };
    return [servers[role]].flat()[0]!.id;
  };
  const labels = async () =>
    (await standing.api.find<{ label: string }>("/linode/instances", {})).map(({ label }) => label).sort();
  /** Nothing of the former machine is left, and nothing is left to do. */
  const isWhole = async () => {
    await serving(await production());
    expect(await labels()).toEqual(["app", "database", "web"].map((role) => `gamelenders-${name}-${role}`));
    expect(await on(standing, "web", "test -e /var/lib/trinode/maintenance && echo on || echo off")).toBe("off\n");
    await pulumi(standing.stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  };

  beforeAll(async () => {
    await prepare(local);
    started = true;
    const configFile = join(local.directory, "Pulumi.e2e.yaml");
    // No bucket: what comes back has lain on the machines alone.
    const overrides = { "trinode:protect": true };
    const stack = await configure({ local, stack: name, original: "Pulumi.prod.yaml", configFile, overrides });
    await deploy(stack, showProgress);
    standing = { local, stack, site: new SiteCommand(stack), api: new LinodeApi(stack.env) };
    await on(
      standing,
      "app",
      `install -d ${upload.replace(/\/[^/]+$/, "")} && head -c 300000 /dev/urandom >${upload} && chown -R gamelenders: /srv/gamelenders/shared/media`,
    );
  }, 900_000);

  afterAll(async () => {
    if (!started) return;
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
    rmSync(join(".trinode", name), { recursive: true, force: true });
  }, 600_000);

  it("is another web server with the certificate that visitors know", async () => {
    const [id, certificate] = [await idOf("web"), await certificateOf(await production())];
    await standing.site.well(["rebuild", "web"]);
    expect(await idOf("web")).not.toBe(id);
    expect(await certificateOf(await production())).toBe(certificate);
    await isWhole();
  }, 600_000);

  it("is the former web server again when the new one does not get on", async () => {
    const [id, certificate] = [await idOf("web"), await certificateOf(await production())];
    await standing.site.interrupted(["rebuild", "web"], { when: "web-setup: installing", signal: "SIGKILL" });
    await standing.site.well(["rebuild", "web", "--back"]);
    expect([await idOf("web"), await certificateOf(await production())]).toEqual([id, certificate]);
    await isWhole();
  }, 600_000);

  it("is the former one again when that is asked for, whatever was made in its place", async () => {
    const [id, before] = [await idOf("app"), await sum()];
    await standing.site.interrupted(["rebuild", "app"], { when: "app-build: building", signal: "SIGKILL" });
    const status = await standing.site.run(["status"]);
    expect([status.code, status.stdout]).toEqual([1, expect.stringContaining("./site rebuild app --back")]);
    const destroy = await standing.site.run(["destroy", "--yes", name, "--no-backup"]);
    expect([destroy.code, destroy.stderr]).toEqual([1, expect.stringContaining("./site rebuild app is not done")]);
    await standing.site.well(["rebuild", "app", "--back"]);
    expect([await idOf("app"), await sum()]).toEqual([id, before]);
    await isWhole();
  }, 600_000);

  it("is another application server with all uploads", async () => {
    const [id, before] = [await idOf("app"), await sum()];
    await standing.site.well(["rebuild", "app"]);
    expect(await idOf("app")).not.toBe(id);
    expect(await sum()).toBe(before);
    await isWhole();
  }, 600_000);

  it("is the former one, and the site goes on, where no backup can be made", async () => {
    const id = await idOf("database");
    await on(standing, "database", "cd /etc/trinode && mv backup-local.key kept.key && echo another >backup-local.key");
    const { code, stderr } = await standing.site.run(["rebuild", "database"]);
    await on(standing, "database", "cd /etc/trinode && mv kept.key backup-local.key");
    expect([code, stderr]).toEqual([1, expect.stringContaining("Nothing was changed, and the site goes on.")]);
    expect(await idOf("database")).toBe(id);
    await isWhole();
  }, 600_000);

  it("is another database server with all that was written, be it killed in the middle and done again", async () => {
    await sql("UPDATE lending_game SET title = title || ' (since the dump)'");
    const [id, before] = [await idOf("database"), await titles()];
    expect(before).toContain("(since the dump)");
    await standing.site.interrupted(["rebuild", "database"], { when: "app-release: migrating", signal: "SIGKILL" });
    await standing.site.well(["rebuild", "database"]);
    expect(await idOf("database")).not.toBe(id);
    expect(await titles()).toBe(before);
    await isWhole();
  }, 900_000);
});
