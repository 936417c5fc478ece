import fc from "fast-check";
import {
  appBuildFiles,
  appLiveFiles,
  appSetupFiles,
  appVariables,
  encodeVariables,
  serverLocks,
  serverSettings,
} from "../../render/appFiles";

const settings = {
  site: "gamelenders",
  user: "arcade",
  address: "10.0.0.12",
  webAddresses: ["10.0.0.11"],
  domain: "www.gamelenders.test",
  health: { path: "/", status: 200 },
  static: { url: "static", directory: "staticfiles" },
  media: { url: "/media/", directory: "media" },
};
const nanode = serverSettings({ memoryMb: 1024, vcpus: 1 }, { timeoutSeconds: 30 });
const content = (path: string, files: { path: string; content: string }[]) =>
  files.find((file) => file.path === path)?.content ?? "";

describe("variables of a site", () => {
  it("take any value, line ends and quotes included, and come back as they were", () => {
    const value = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z_.-][\w.-]*$/), value), (variables) => {
        const entries = encodeVariables(variables).split("\0").slice(0, -1);
        const back = entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
        expect(Object.fromEntries(back)).toEqual({ ...variables });
      }),
    );
  });

  it("are the same text in whatever order they are configured", () => {
    expect(encodeVariables({ B: "2", A: "1" })).toBe(encodeVariables({ A: "1", B: "2" }));
  });

  it("are refused with their name, not their value, when no environment can hold them", () => {
    expect(() => encodeVariables({ KEY: "a\0b" })).toThrow("the value of KEY holds a NUL, which no variable can");
    expect(() => encodeVariables({ "A=B": "x" })).toThrow('"A=B" is not a variable\'s name');
  });

  it("bring verified TLS to the database for sites that never heard of it, and leave the last word to the site", () => {
    expect(appVariables("config.settings", { DEBUG: "0" })).toEqual({
      DJANGO_SETTINGS_MODULE: "config.settings",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/etc/trinode/database-ca.crt",
      DEBUG: "0",
    });
    expect(appVariables("config.settings", { PGSSLMODE: "require" }).PGSSLMODE).toBe("require");
  });

  it("are readable by root and the site alone, wherever they are written", () => {
    const files = [
      ...appBuildFiles("gamelenders", serverLocks(false, false), {}),
      ...appLiveFiles(settings, nanode, {}, "PEM"),
    ];
    const secret = files.filter(({ path }) => path.includes(".env"));
    expect(secret.map(({ path, mode, owner, group }) => [path, mode, owner, group])).toEqual([
      ["/etc/trinode/app-build.env", 0o640, "root", "gamelenders"],
      ["/etc/trinode/app.env.next", 0o640, "root", "gamelenders"],
    ]);
  });
});

describe("the supervisor program", () => {
  const path = "/etc/supervisor/conf.d/gamelenders-gunicorn.conf";
  const program = content(path, appLiveFiles(settings, nanode, {}, "PEM"));

  it("is the same text whatever the release, the variables and the server's settings are", () => {
    const bigger = serverSettings({ memoryMb: 8192, vcpus: 4 }, { timeoutSeconds: 90, threads: 8 });
    expect(content(path, appLiveFiles(settings, bigger, { NEW: "value" }, "OTHER PEM"))).toBe(program);
  });

  it("has every directive of the dossier, and keeps the socket for two processes", () => {
    for (const name of [
      "command",
      "user",
      "directory",
      "autostart",
      "autorestart",
      "environment",
      "stderr_events_enabled",
      "redirect_stderr",
      "stdout_logfile",
      "stderr_logfile",
    ])
      expect(program).toMatch(new RegExp(`^${name}=.+$`, "m"));
    expect(program).toContain("[fcgi-program:gamelenders]\nsocket=tcp://10.0.0.12:8000\n");
    expect(program).toMatch(/^numprocs=2$/m);
    expect(program).toMatch(/^redirect_stderr=false$/m);
  });
});

describe("gunicorn's settings", () => {
  it("trust forwarded headers from the web servers and this host's own checks alone", () => {
    const text = content("/etc/trinode/gunicorn.conf.next.py", appLiveFiles(settings, nanode, {}, "PEM"));
    expect(text).toContain('forwarded_allow_ips = "10.0.0.11,10.0.0.12"');
    expect(text).not.toContain("{{");
  });

  it("give a Nanode two workers in all, which together with one on trial fit its memory", () => {
    expect(nanode).toEqual({
      workerClass: "gthread",
      workersEach: 1,
      threads: 4,
      timeoutSeconds: 30,
      workerMemoryMb: 256,
    });
    expect(nanode.workerMemoryMb * (2 * nanode.workersEach + 1)).toBeLessThan(1024);
  });

  it("let an ASGI worker be at more pages at once, and a sync one at one alone", () => {
    const threads = (workerClass: "sync" | "uvicorn") =>
      serverSettings({ memoryMb: 1024, vcpus: 1 }, { timeoutSeconds: 30, class: workerClass }).threads;
    expect([threads("uvicorn"), threads("sync")]).toEqual([16, 1]);
  });

  it("use what a bigger plan has, or what is asked for", () => {
    expect(serverSettings({ memoryMb: 8192, vcpus: 4 }, { timeoutSeconds: 30 }).workersEach).toBe(4);
    expect(serverSettings({ memoryMb: 1024, vcpus: 1 }, { timeoutSeconds: 30, workers: 3, threads: 2 })).toMatchObject({
      workersEach: 2,
      threads: 2,
    });
  });
});

describe("the files' server", () => {
  const site = (more: object) => content("/etc/nginx/conf.d/trinode-app.conf", appSetupFiles({ ...settings, ...more }));

  it("listens on the private address and answers web servers alone", () => {
    expect(site({})).toContain("listen 10.0.0.12:8001;");
    expect(site({})).toContain("    allow 10.0.0.11;\n    deny all;");
  });

  it("serves the kept releases' static files and the media that outlive them", () => {
    expect(site({})).toMatch(/location \^~ \/static\/ \{\s+alias \/srv\/gamelenders\/static\/;/);
    expect(site({})).toMatch(/location \^~ \/media\/ \{\s+alias \/srv\/gamelenders\/shared\/media\/;/);
  });

  it("serves them from where settings put them, when that is outside the releases", () => {
    const text = site({ media: { url: "/files", directory: "/var/lib/site-media" } });
    expect(text).toMatch(/location \^~ \/files\/ \{\s+alias \/var\/lib\/site-media\/;/);
  });
});
