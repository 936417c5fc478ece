import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkConfig } from "../config";
import { findInstallation } from "../render/installation";
import { checkModules } from "../render/release";
import { packSource, resolveSource } from "../source/resolve";
import { GitServer, Repository } from "./source/gitServer";

const operators = {
  sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF operator"],
  cidrs: ["203.0.113.7/32"],
};

let scratch: string;
beforeAll(() => (scratch = mkdtempSync(join(tmpdir(), "trinode-example-"))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(["single", "three"])("OcPizza's stack file for topology %s", (topology) => {
  const file = `examples/ocpizza/Pulumi.${topology}.yaml`;
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("trinode:", ""), value]));
  const site = checkConfig({ ...values, operators });

  it("needs nothing but what is the operator's own", () => expect(site.topology).toBe(topology));

  it("gives the site every variable of the dossier that is no key of a service", () => {
    expect(Object.keys(site.app.env)).toEqual(
      expect.arrayContaining([
        "ENV",
        "DJANGO_SECRET_KEY",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
        "POSTGRES_PORT",
        "POSTGRES_DATABASE",
        "POSTGRES_HOST",
      ]),
    );
  });

  it("names a site that can be deployed as it lies there", async () => {
    const { source, directory = "", wsgi, asgi, settings, install } = site.app;
    const { names } = await packSource(source, {}, scratch);
    const own = checkModules(names, directory, asgi ?? wsgi ?? "", settings, asgi ? "asgi" : "wsgi");
    expect(findInstallation(names, directory, install, own).requirements).toEqual(["requirements.txt"]);
  });
});

describe("OcPizza from git", () => {
  it("is the same source as the directory", async () => {
    const server = new GitServer(join(scratch, "repositories"));
    await server.start();
    try {
      const repository = new Repository(server, "ocpizza");
      const tree = join(server.directory, "ocpizza.tree");
      // What running the site leaves behind is no part of it.
      const filter = (path: string) => !/__pycache__|\.sqlite3$|staticfiles/.test(path);
      cpSync("examples/ocpizza/site", tree, { recursive: true, filter });
      const commit = repository.commit({});
      const pinned = await resolveSource(`${server.address("ocpizza")}@main`, { ca: server.ca }, scratch);
      const fromGit = await packSource(pinned, { ca: server.ca }, scratch);
      expect(fromGit).toMatchObject({ commit, sha256: (await packSource(tree, {}, scratch)).sha256 });
    } finally {
      await server.stop();
    }
  }, 60_000);
});
