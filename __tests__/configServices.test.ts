import { checkConfig, ConfigError } from "../config";

const app = { source: "examples/ocpizza/site", asgi: "ocpizza.asgi:application", settings: "ocpizza.settings" };
const site = {
  site: "ocpizza",
  domains: ["www.ocpizza.fr"],
  operators: {
    sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF operator"],
    cidrs: ["203.0.113.7/32"],
  },
};

/** The mistakes of a configuration, as lines. */
function mistakes(more: { app?: object; [key: string]: unknown }): string[] {
  try {
    checkConfig({ ...site, ...more, app: { ...app, ...more.app } });
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("what runs beside a site", () => {
  it("has defaults for all but its command and its time", () => {
    const config = checkConfig({
      ...site,
      redis: true,
      app: {
        ...app,
        processes: { work: { command: "manage.py work" } },
        schedule: { nightly: { command: "manage.py clean", at: "daily" } },
        env: { REDIS: "${redis.url}" },
      },
    });
    expect(config.app.processes.work).toEqual({
      command: "manage.py work",
      count: 1,
      stopSeconds: 30,
      stopSignal: "TERM",
    });
    expect(config.app.schedule.nightly).toMatchObject({ timeoutSeconds: 3600 });
    expect(config.redis).toEqual({ memoryMb: undefined });
  });

  it("takes a size for Redis", () => {
    expect(checkConfig({ ...site, app, redis: { memory: "1 GB" } }).redis).toEqual({ memoryMb: 1024 });
    expect(checkConfig({ ...site, app }).redis).toBeUndefined();
  });

  it.each<[string, { app?: object; [key: string]: unknown }, string]>([
    ["neither WSGI nor ASGI", { app: { asgi: undefined } }, "trinode:app.wsgi: is missing. Set it"],
    ["both", { app: { wsgi: "a.wsgi:application" } }, "trinode:app.asgi: stands beside app.wsgi. Remove one"],
    [
      "a worker of the other kind",
      { app: { server: { class: "gthread" } } },
      'trinode:app.server.class: "gthread" runs app.wsgi',
    ],
    [
      "an unknown worker",
      { app: { server: { class: "gevent" } } },
      'trinode:app.server.class: "gevent" is none of gthread, sync',
    ],
    [
      "websockets without ASGI",
      { app: { asgi: undefined, wsgi: "a.wsgi:application", server: { websockets: true } } },
      "trinode:app.server.websockets: needs app.asgi",
    ],
    [
      "cron's syntax",
      { app: { schedule: { a: { command: "manage.py x", at: "0 3 * * *" } } } },
      'trinode:app.schedule.a.at: "0 3 * * *" is cron\'s way',
    ],
    [
      "a shell's command",
      { app: { processes: { a: { command: "a | b" } } } },
      'trinode:app.processes.a.command: "a | b" has a "|"',
    ],
    ["a name that is none", { app: { processes: { A_b: { command: "manage.py x" } } } }, "trinode:app.processes.A_b: "],
    [
      "one name for two",
      {
        app: { processes: { a: { command: "manage.py x" } }, schedule: { a: { command: "manage.py x", at: "daily" } } },
      },
      "trinode:app.schedule.a: is the name of a process too",
    ],
    [
      "a count that is none",
      { app: { processes: { a: { command: "manage.py x", count: 0 } } } },
      "trinode:app.processes.a.count: 0 is not a whole number from 1 to 16.",
    ],
    [
      "a Redis that there is not",
      { app: { env: { R: "${redis.url}" } } },
      "trinode:app.env.R: refers to ${redis.…}, and there is none. Set trinode:redis to true.",
    ],
    ["a Redis of no size", { redis: { memory: "much" } }, "trinode:redis"],
  ])("refuses %s", (_, more, complaint) => {
    expect(mistakes(more)).toEqual([expect.stringContaining(complaint)]);
  });

  it("refuses a DSN of Sentry without showing it", () => {
    const [mistake = ""] = mistakes({ monitoring: { sentryDsn: "https://top-secret@sentry.example/" } });
    expect(mistake).toMatch(/^trinode:monitoring.sentryDsn: is not a DSN of Sentry/);
    expect(mistake).not.toContain("top-secret");
  });
});
