import { brokenRules, rules } from "../../policy/rules";
import type { Plan, PlannedResource } from "../../policy/plan";
import { programPlan } from "./program";

let production: Plan;
beforeAll(async () => (production = await programPlan()));

/** The production's plan with one resource changed. */
function changed(name: string, inputs: Record<string, unknown>, more: Partial<PlannedResource> = {}): Plan {
  const resources = production.resources.map((one) =>
    one.name === name ? { ...one, ...more, inputs: { ...one.inputs, ...inputs } } : one,
  );
  return { ...production, resources };
}

function said(plan: Plan): string[] {
  return brokenRules(plan).map(({ rule, where, message }) => `${rule}: ${where}: ${message}`);
}

const opened = (more: object) => ({
  inboundPolicy: "DROP",
  inbounds: [{ label: "mine", action: "ACCEPT", protocol: "TCP", ports: "443", ipv4s: ["0.0.0.0/0"], ...more }],
});

describe("the rules", () => {
  it("are kept by the program", () => {
    expect(production.resources.length).toBeGreaterThan(40);
    expect(said(production)).toEqual([]);
  });

  it("are kept by a single Linode", async () => {
    const plan = await programPlan({ "trinode:topology": "single" });
    expect(said(plan)).toEqual([]);
  }, 30_000);

  it("have a name, and say what holds", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { name, description } of rules)
      expect([name, description]).toEqual([expect.stringMatching(/^[a-z-]+$/), expect.stringMatching(/^[A-Z].*\.$/)]);
  });
});

describe("nothing-else-open", () => {
  it.each([
    ["443 to the world", opened({}), 0],
    ["80 and 443 to the world, in both families", opened({ ports: "80, 443", ipv6s: ["::/0"] }), 0],
    ["8000 to one address", opened({ ports: "8000-8001", ipv4s: ["10.0.0.11/32"] }), 0],
    ["8000 to the world", opened({ ports: "8000" }), 1],
    ["a range with 443 in it", opened({ ports: "443-445" }), 1],
    ["all ports", opened({ ports: undefined }), 1],
    ["443 over UDP", opened({ protocol: "UDP" }), 1],
    ["8000 to the world over IPv6", opened({ ports: "8000", ipv4s: [], ipv6s: ["::/0"] }), 1],
    ["8000 to the world in two halves", opened({ ports: "8000", ipv4s: ["0.0.0.0/1", "128.0.0.0/1"] }), 1],
    ["what no rule names", { inboundPolicy: "ACCEPT", inbounds: [] }, 1],
    ["8000 refused to the world", opened({ ports: "8000", action: "DROP" }), 0],
  ])("lets %s: %#", (_, inputs, count) => {
    const found = said(changed("app-firewall", inputs));
    expect(found).toHaveLength(count);
    for (const line of found) expect(line).toMatch(/^nothing-else-open: app-firewall: .* (Let in who|Set it)/);
  });
});

describe("firewall-of-each-linode", () => {
  it.each([[undefined], [0], [-1]])("is broken by a Linode with firewall %p", (firewallId) => {
    expect(said(changed("web-instance", { firewallId }))).toEqual([
      "firewall-of-each-linode: web-instance: it has no firewall. Give it one: firewallId, as components/linodeHost.ts does.",
    ]);
  });

  it("is kept by one whose firewall is made with it", () => {
    // What stands in a preview for what is known later.
    expect(said(changed("web-instance", { firewallId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }))).toEqual([]);
  });
});

describe("operators-are-few", () => {
  it("is broken by a firewall that lets half the world in on an operator's port", () => {
    expect(said(changed("app-firewall", opened({ ports: "22", ipv4s: ["203.0.0.0/7"] })))).toEqual([
      expect.stringMatching(/^operators-are-few: app-firewall: .*lets 203.0.0.0\/7 in on 22.*trinode:operators.cidrs/),
    ]);
  });

  it("is broken by the configuration", () => {
    for (const cidr of ["0.0.0.0/0", "::/0"])
      expect(said({ ...production, config: { ...production.config, operators: { cidrs: [cidr] } } })).toEqual([
        expect.stringContaining(`operators-are-few: trinode:operators.cidrs: ${cidr}`),
      ]);
  });

  it("is kept by a company's range", () => {
    expect(
      said(changed("app-firewall", opened({ ports: "22", ipv4s: ["10.0.0.0/8"], ipv6s: ["2001:db8::/32"] }))),
    ).toEqual([]);
  });
});

describe("data-protected", () => {
  const unprotected = () => ({ ...changed("database-instance", {}, { protect: false }), stack: "production" });
  const ofData = (plan: Plan) => said(plan).filter((line) => line.startsWith("data-protected"));

  it("is kept by the program, and broken where a stack that is production's is unprotected", () => {
    expect(ofData({ ...production, stack: "production" })).toEqual([]);
    expect(ofData(unprotected())).toEqual([expect.stringMatching(/database-instance: .*trinode:protect: true/)]);
  });

  it("is broken by a program that is told so, for machines and database", async () => {
    const plan = await programPlan({ "trinode:protect": false });
    expect(ofData({ ...plan, stack: "prod" }).map((line) => line.split(": ")[1])).toEqual(
      expect.arrayContaining(["database-instance", "app-instance", "database-database-database"]),
    );
  }, 30_000);

  it("asks nothing of a staging stack, and nothing of a web server", () => {
    expect(ofData({ ...unprotected(), stack: "pr-7" })).toEqual([]);
    expect(ofData({ ...changed("web-instance", {}, { protect: false }), stack: "prod" })).toEqual([]);
  });
});

describe("backups-kept", () => {
  const ofBackups = (backups: unknown, stack = "prod") =>
    said({ ...production, stack, config: { ...production.config, backups } }).filter((line) =>
      line.startsWith("backups-kept"),
    );

  it("is kept in production with a bucket of either kind, and asked of no staging", () => {
    expect([
      ofBackups({ offsite: { bucket: "b" } }),
      ofBackups({ linode: { bucket: "b" } }),
      ofBackups({}, "pr-7"),
    ]).toEqual([[], [], []]);
  });

  it.each([[undefined], [{}], [{ offsite: null }], [{ linode: false }]])(
    "is broken in production with %j",
    (backups) => {
      expect(ofBackups(backups)).toEqual([expect.stringMatching(/^backups-kept: trinode:backups: .*Name a bucket/)]);
    },
  );
});

describe("no-plain-secret", () => {
  it("hides the database's URL in the program's outputs", () => {
    expect(production.outputs?.databaseUrl).toBe("[secret]");
  });

  it.each<[string, Record<string, unknown>]>([
    ["databaseUrl", { databaseUrl: "somewhere" }],
    ["login.password", { login: { password: "hunter2" } }],
    ["servers[0].note", { servers: [{ note: "postgres://site:hunter2@10.0.0.10/site" }] }],
    ["note", { note: "-----BEGIN OPENSSH PRIVATE KEY-----" }],
    ["sentryDsn", { sentryDsn: "https://1@sentry.example/1" }],
  ])("is broken by output %s", (path, outputs) => {
    expect(said({ ...production, outputs })).toEqual([
      expect.stringContaining(`no-plain-secret: output ${path}: it is readable`),
    ]);
  });

  it("is broken by an input that is a secret whatever it is called", () => {
    expect(said(changed("web-instance", { note: ["https://me:hunter2@git.example/shop"] }))).toEqual([
      expect.stringContaining("no-plain-secret: web-instance note[0]"),
    ]);
  });

  it("is kept by what is secret, empty, or no secret at all", () => {
    const outputs = { databaseUrl: "[secret]", password: "", url: "https://www.example.org/", mail: "mailto:a@b.org" };
    expect(said({ ...production, outputs })).toEqual([]);
    expect(said(changed("web-instance", { note: { secret: "postgres://a:b@c/d" } }))).toEqual([]);
  });
});

describe("image-supported", () => {
  it.each([
    ["linode/debian12", 0],
    ["linode/ubuntu24.04", 0],
    ["linode/debian11", 1],
    ["private/7", 1],
  ])("%s: %d", (image, count) => {
    expect(said(changed("web-instance", { image }))).toHaveLength(count);
  });
});

describe("labels-by-convention", () => {
  it.each([
    ["web-instance", { label: "my-server" }, 'its label is "my-server". Call it gamelenders-stack-web'],
    ["web-firewall", { tags: ["trinode"] }, "it lacks site:gamelenders, stack:stack. Tag it"],
    ["network-vpc", { label: "vpc" }, "Call it gamelenders-stack-vpc"],
  ])("is broken by %s with %j", (name, inputs, text) => {
    expect(said(changed(name, inputs))).toEqual([expect.stringContaining(`labels-by-convention: ${name}: `)]);
    expect(said(changed(name, inputs))[0]).toContain(text);
  });
});

describe("cost-ceiling", () => {
  const under = (costCeiling: unknown) => said({ ...production, config: { ...production.config, costCeiling } });

  it("is kept without one, and by what costs as much", () => {
    expect(production.monthlyCost).toBe(15);
    expect([under(undefined), under(0), under(15), under("15")]).toEqual([[], [], [], []]);
  });

  it("is broken by what costs more", () => {
    expect(under(14)).toEqual([expect.stringMatching(/cost \$15 a month, and 14 is the ceiling\. Choose smaller/)]);
  });
});
