import { stagingConfig, withoutSecrets } from "../../../../cli/site/staging/config";
import { groupByStack } from "../../../../cli/site/staging/leftovers";
import { isDisposable } from "../../../../cli/site/staging/names";
import { ownAddress } from "../../../../cli/ownAddress";

const operators = { sshKeys: ["ssh-ed25519 AAAA x"], cidrs: ["203.0.113.7/32"] };

describe("a staging stack's name", () => {
  it.each([
    ["pr-7", true],
    ["pr-123456", true],
    ["staging-anna", true],
    ["staging", false],
    ["prod", false],
    ["production", false],
    ["pr-", false],
    ["pr-07", false],
    ["pr-7-prod", false],
    ["local", false],
    ["xpr-7", false],
    ["staging-../prod", false],
  ])("%s: %s", (name, is) => expect(isDisposable(name)).toBe(is));
});

describe("a staging stack's configuration", () => {
  const secure = { secure: "v1:abc" };
  const base = {
    "trinode:site": "shop",
    "trinode:domains": ["www.shop.org"],
    "trinode:redirects": ["shop.org"],
    "trinode:dns": { manage: true, zone: "shop.org" },
    "trinode:operators": { sshKeys: ["k"], cidrs: ["192.0.2.0/24"], privateKey: secure },
    "trinode:app": {
      source: "shop.zip",
      env: { A: "1", MAIL: "smtp.shop.org" },
      secrets: { PAY: secure, KEY: "${secretKey}" },
    },
    "trinode:backups": { offsite: { bucket: "b", secretKey: secure } },
    "trinode:monitoring": { sentryDsn: secure },
    "trinode:database": { dump: "seed.sql" },
    "trinode:protect": true,
  };

  it("is like another's, with nothing secret of it, nor its names, copies and protection", () => {
    const config = stagingConfig(base, {}, { stack: "pr-7", topology: "single", operators });
    expect(config).toEqual({
      "trinode:site": "shop",
      "trinode:domains": ["pr-7.shop.test"],
      "trinode:redirects": [],
      "trinode:operators": operators,
      "trinode:app": { source: "shop.zip", env: { A: "1", MAIL: "smtp.shop.org" }, secrets: { KEY: "${secretKey}" } },
      "trinode:database": { dump: "seed.sql" },
      "trinode:mail": { caught: true },
      "trinode:topology": "single",
      "trinode:tls": { mode: "selfsigned" },
      "trinode:protect": false,
    });
    expect(JSON.stringify(config)).not.toContain("secure");
  });

  it("has a name in a zone, and a certificate of Let's Encrypt's staging, where there is one", () => {
    const config = stagingConfig(
      base,
      {},
      { stack: "pr-7", zone: "stage.org", email: "a@stage.org", topology: "three", operators },
    );
    expect(config).toMatchObject({
      "trinode:domains": ["pr-7.stage.org"],
      "trinode:dns": { manage: true, zone: "stage.org" },
      "trinode:tls": {
        mode: "letsencrypt",
        server: "https://acme-staging-v02.api.letsencrypt.org/directory",
        email: "a@stage.org",
      },
    });
  });

  it("has what is laid over it, variable by variable, and can't be protected by that", () => {
    const over = {
      "trinode:app": { env: { MAIL: "caught.test" }, secrets: { PAY: "sandbox" } },
      "trinode:protect": true,
    };
    const config = stagingConfig(base, over, { stack: "pr-7", topology: "single", operators });
    expect(config["trinode:app"]).toEqual({
      source: "shop.zip",
      env: { A: "1", MAIL: "caught.test" },
      secrets: { KEY: "${secretKey}", PAY: "sandbox" },
    });
    expect(config["trinode:protect"]).toBe(false);
  });

  it("loses secrets in lists, too", () => {
    expect(withoutSecrets({ a: [secure, { b: secure, c: 1 }], d: secure })).toEqual({ a: [{ c: 1 }] });
  });
});

describe("what is left of staging stacks at Linode", () => {
  const one = (id: number, stack: string, created: string, tags = ["trinode", "site:shop", `stack:${stack}`]) => ({
    ...{ id, label: `shop-${stack}-x`, created, tags, ipv4: [], ipv6: null },
  });

  it("is grouped by stack, as old as its oldest", () => {
    const found = groupByStack(
      [one(1, "pr-7", "2026-11-02T00:00:00"), one(2, "pr-8", "2026-11-03T00:00:00")],
      [one(3, "pr-7", "2026-11-01T12:00:00")],
      [{ ...one(4, "pr-9", "2026-11-04T00:00:00"), description: "trinode site:shop stack:pr-9" }],
    );
    expect(
      found.map(({ stack, since, machines, firewalls, vpcs }) => [
        stack,
        since.toISOString(),
        machines.length,
        firewalls.length,
        vpcs.length,
      ]),
    ).toEqual([
      ["pr-7", "2026-11-01T12:00:00.000Z", 1, 1, 0],
      ["pr-8", "2026-11-03T00:00:00.000Z", 1, 0, 0],
      ["pr-9", "2026-11-04T00:00:00.000Z", 0, 0, 1],
    ]);
  });

  it.each([
    ["a production's", one(1, "prod", "2020-01-01T00:00:00")],
    ["somebody else's, without our tag", one(1, "pr-7", "2020-01-01T00:00:00", ["site:shop", "stack:pr-7"])],
    ["one that does not say of which site it is", one(1, "pr-7", "2020-01-01T00:00:00", ["trinode", "stack:pr-7"])],
    ["one without tags", one(1, "pr-7", "2020-01-01T00:00:00", [])],
  ])("is never %s", (_, machine) => expect(groupByStack([machine], [], [])).toEqual([]));
});

describe("this machine's address", () => {
  it("is the one that is given, if it is one", async () => {
    expect(await ownAddress("203.0.113.7")).toBe("203.0.113.7");
    await expect(ownAddress("0.0.0.0/0")).rejects.toThrow(/no IPv4 address.*--address/);
  });
});
