import { checkConfig, ConfigError } from "../config";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF operator";

const good = () => ({
  site: "gamelenders",
  domains: ["www.gamelenders.com"],
  operators: { sshKeys: [key], cidrs: ["203.0.113.7/32"] },
  app: {
    source: "examples/gamelenders/site",
    wsgi: "gamelenders.wsgi:application",
    settings: "gamelenders.settings.production",
  },
});

/** The mistakes that a configuration is refused for. */
function mistakes(raw: Record<string, unknown>): string[] {
  try {
    checkConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("several application servers", () => {
  it("are taken with uploads elsewhere, or without any", () => {
    const { app } = good();
    for (const url of ["https://uploads.example.org/", ""])
      expect(checkConfig({ ...good(), appServers: 2, app: { ...app, media: { url } } }).appServers).toBe(2);
  });

  it("are refused with what one of them would have on its own disk", () => {
    const { app } = good();
    expect(
      mistakes({ ...good(), appServers: 2, topology: "single", redis: true, app: { ...app, writable: ["data"] } }),
    ).toEqual([
      expect.stringMatching(/^trinode:appServers: 2 need topology three/),
      expect.stringMatching(
        /^trinode:app\.media\.url: uploads would lie on one of 2 application servers.*Object Storage/,
      ),
      expect.stringMatching(/^trinode:app\.writable: .*Object Storage/),
      expect.stringMatching(/^trinode:redis: it is one application server's own/),
    ]);
    expect(mistakes({ ...good(), appServers: 9 })).toContain(
      "trinode:appServers: 9 is not a whole number from 1 to 8.",
    );
  });
});

describe("a configuration", () => {
  it("names the unix user, by default after the site, and by no name that a host has already", () => {
    const { app } = good();
    const named = (user: string) => mistakes({ ...good(), app: { ...app, user } });
    expect(named("web_runner-2")).toEqual([]);
    expect(named("Runner")).toEqual([
      expect.stringMatching(/^trinode:app\.user: "Runner" is not a name for a unix user/),
    ]);
    expect(named("a".repeat(32))).toHaveLength(1);
    expect(named("www-data")).toEqual([expect.stringMatching(/^trinode:app\.user: .* a user that Debian has/)]);
    expect(named("gamelenders-build")).toEqual([
      expect.stringMatching(/^trinode:app\.user: .* makes the site's releases/),
    ]);
  });

  it("needs little, and gets defaults for the rest", () => {
    const config = checkConfig(good());
    expect(config).toMatchObject({
      region: "fr-par",
      image: "linode/debian13",
      topology: "three",
      plans: { database: "g6-nanode-1", app: "g6-nanode-1", web: "g6-nanode-1" },
      database: { name: "gamelenders", user: "gamelenders" },
      tls: { mode: "letsencrypt", server: "https://acme-v02.api.letsencrypt.org/directory" },
      app: { health: { path: "/", status: 200 }, server: { maxBody: "20m" } },
      protect: true,
    });
  });

  it("keeps the case of database, user and variables, and lowers that of domains", () => {
    const { app } = good();
    const config = checkConfig({
      ...good(),
      domains: ["www.OCPizza.fr"],
      database: { name: "OcDB", user: "Oc" },
      app: { ...app, env: { Mixed_Case: "Value" } },
    });
    expect(config.domains).toEqual(["www.ocpizza.fr"]);
    expect(config.database).toMatchObject({ name: "OcDB", user: "Oc" });
    expect(config.app.env).toEqual({ Mixed_Case: "Value" });
  });

  it("is refused with all its mistakes at once, each with key, rule and remedy", () => {
    const { app, operators } = good();
    expect(
      mistakes({
        ...good(),
        domains: ["www gamelenders.com"],
        operators: { ...operators, cidrs: ["0.0.0.0/0"] },
        app: { ...app, sorce: "x", env: { A: "${databse.host}" } },
        tls: { mode: "none" },
      }),
    ).toEqual([
      'trinode:domains[0]: "www gamelenders.com" is not a host name. Remove the space.',
      'trinode:operators.cidrs[0]: "0.0.0.0/0" is the whole world. Give the addresses that operators have, e.g. 203.0.113.7/32.',
      expect.stringContaining("trinode:app.env.A: ${databse.host} refers to nothing. Known: database.host"),
      'trinode:app.sorce: there is no such key. Remove it, or see "Configuration" in README.md.',
      'trinode:tls.mode: "none" is none of letsencrypt, provided, selfsigned.',
    ]);
  });

  it.each([
    ["a name that is too long for labels", { site: "a".repeat(17) }, "trinode:site: "],
    ["the name of a system's user", { site: "games" }, 'trinode:site: "games" is the name of a user'],
    [
      "a variable without a value",
      { app: { ...good().app, env: { DSN: null } } },
      "trinode:app.env.DSN: null is not one value",
    ],
    [
      "nothing but IPv6",
      { operators: { ...good().operators, cidrs: ["2001:db8::/64"] } },
      "trinode:operators.cidrs: holds no IPv4",
    ],
    ["an address of nobody", { tls: { email: "you@example.org" } }, "trinode:tls.email: "],
    [
      "a missing source",
      { app: { ...good().app, source: "nowhere.zip" } },
      'trinode:app.source: there is no file or directory "nowhere.zip"',
    ],
    ["no key at all", { operators: { ...good().operators, sshKeys: [] } }, "trinode:operators.sshKeys: is empty."],
    [
      "a private key in place of a public one",
      { operators: { ...good().operators, sshKeys: ["-----BEGIN"] } },
      "is not a public SSH key",
    ],
    [
      "a domain named twice",
      { redirects: ["www.gamelenders.com"] },
      'trinode:redirects[0]: "www.gamelenders.com" is named twice',
    ],
    ["a managed zone without its name", { dns: { manage: true } }, "trinode:dns.zone: is needed"],
    [
      "an own certificate without its key",
      { tls: { mode: "provided", certificate: "x" } },
      "trinode:tls.privateKey: is needed",
    ],
    [
      "an own certificate that is none",
      { tls: { mode: "provided", certificate: "x", privateKey: "y" } },
      "trinode:tls: ",
    ],
    ["a name outside the managed zone", { dns: { manage: true, zone: "example.org" } }, "is not in the zone"],
    [
      "static files at the site's own pages",
      { app: { ...good().app, static: { url: "/" } } },
      "trinode:app.static.url: ",
    ],
    [
      "something that is not to be reached",
      { app: { ...good().app, reaches: ["api.example.org:443", "https://api.example.org/v1/", "ftp://x"] } },
      'trinode:app.reaches[2]: "ftp://x" is not something to reach.',
    ],
    ["an image that is not supported", { image: "linode/alpine3.20" }, "is not supported. Use linode/debian13"],
    ["a directory outside the source", { app: { ...good().app, directory: "../x" } }, "trinode:app.directory: "],
  ])("is refused for %s", (_, change, message) => {
    expect(mistakes({ ...good(), ...change })).toEqual([expect.stringContaining(message)]);
  });
});

describe("where a site comes from, and what it is built with", () => {
  const withApp = (more: Record<string, unknown>) => ({ ...good(), app: { ...good().app, ...more } });

  it("may be a repository, with all that a project in the world needs", () => {
    const app = {
      source: "git+ssh://git@git.example.org/site.git@main",
      git: { key: "-----BEGIN OPENSSH PRIVATE KEY-----\nx", knownHosts: "git.example.org ssh-ed25519 AAAA" },
      python: "3.12",
      install: { requirements: ["a.txt", "b.txt"], constraints: "c.txt", extras: ["s3"], project: true },
      build: ["npm ci && npm run build"],
      beforeMigrate: ["manage.py check"],
      once: ["python manage.py loaddata first"],
      envFile: ".env",
      env: { "odd-name.1": "x" },
    };
    expect(checkConfig(withApp(app)).app).toMatchObject({
      ...app,
      install: { requirements: ["a.txt", "b.txt"], constraints: ["c.txt"], packages: [], apt: [] },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["app.source", { source: "git+http://host/a@main" }, "is neither git+https://… nor git+ssh://…"],
    ["app.source", { source: "nowhere.zip" }, 'there is no file or directory "nowhere.zip"'],
    ["app.git.key", { git: { key: "hunter2" } }, "is no private key"],
    ["app.git.token", { git: { token: "hunter2 " } }, "is no token. Remove spaces"],
    ["app.git.knownHosts", { git: { knownHosts: "host" } }, "is no line of a known_hosts file"],
    ["app.python", { python: 3.1 }, '3.1 is not a version of Python. Write it in quotes, like "3.12".'],
    ["app.install.requirements", { install: { requirements: 1 } }, "is neither a path inside the source nor a list"],
    ["app.install.packages[0]", { install: { packages: ["--pre"] } }, "Options go into a requirements file"],
    ["app.build[0]", { build: [" "] }, "is empty"],
    ["app.envFile", { envFile: "../.env" }, "must be a path inside the source"],
    ["app.env.A=B", { env: { "A=B": "1" } }, "is not a variable's name"],
  ])("is refused for a bad %s, with a sentence", (key, more, sentence) => {
    const found = mistakes(withApp(more));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^trinode:${key.replace(/[[\].]/g, "\\$&")}: `));
    expect(found[0]).toContain(sentence);
    expect(found[0]).not.toContain("hunter2");
  });
});
