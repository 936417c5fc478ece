import { gunzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { createAppServers } from "../../components/appServers";
import type { LinodeHost } from "../../components/linodeHost";
import { appAddresses } from "../../components/network";
import { createServers } from "../../components/servers";
import { label } from "../../render/labels";
import { only, record, type Registered } from "./recorder";

const key = { rotation: 1, interim: pulumi.secret({ SECRET_KEY: "former" }) };

function program(
  appServers: number,
  appServersDo: (hosts: [LinodeHost, ...LinodeHost[]], web: LinodeHost) => void,
): void {
  const { apps, web } = createServers({
    ...{ site: "shop", stack: "prod", topology: "three", appServers, region: "fr-par", image: "linode/debian13" },
    plans: { database: "g6-nanode-1", app: "g6-nanode-1", web: "g6-nanode-1" },
    subnetId: pulumi.output(7),
    operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
    catchMail: false,
    protect: true,
  });
  appServersDo(apps, web);
}

/** Application servers of a site whose release is ready. */
function site(hosts: [LinodeHost, ...LinodeHost[]], web: LinodeHost): void {
  createAppServers({
    ...{
      hosts,
      web,
      site: "shop",
      domains: ["shop.test"],
      source: "",
      wsgi: "config.wsgi:application",
      settings: "config.settings",
    },
    ...{ install: { packages: [], apt: [] }, server: { timeoutSeconds: 30 }, health: { path: "/", status: 200 } },
    ...{ static: { url: "/static/", directory: "static" }, media: { url: "", directory: "media" } },
    release: {
      id: "0123456789ab",
      archive: { path: __filename, sha256: "0".repeat(64), names: [] },
      settings: {
        ...{ directory: "", wsgi: "config.wsgi:application", settings: "config.settings" },
        ...{ requirements: [], constraints: [], extras: [], groups: [], packages: [], apt: [] },
        ...{ staticDirectory: "static", mediaDirectory: "media" },
      },
      locks: { over: "", beside: "" },
    },
    variables: pulumi.secret({ SECRET_KEY: "next" }),
    keyChange: key,
    schedule: { nightly: { command: "manage.py clean", at: "daily", timeoutSeconds: 60 } },
    processes: { work: { command: "manage.py work", count: 1, stopSignal: "TERM", stopSeconds: 30 } },
    database: {
      ...{ caCertificate: "PEM", ready: [], address: "10.0.0.10", port: 5432, databaseName: "shop", user: "shop" },
      password: pulumi.secret("login secret"),
    },
    webAddresses: ["10.0.0.11"],
    plan: { memoryMb: 1024, vcpus: 1 },
  });
}

const bundle = (made: Registered[], name: string) =>
  gunzipSync(Buffer.from((only(made, { name }).inputs.stdin as { secret: string }).secret, "base64")).toString();

describe("two application servers", () => {
  let made: Registered[];
  beforeAll(async () => (made = await record(() => program(2, site))));

  it("have each a machine of their own, behind a firewall; the database lets both in, and the data's one is protected", () => {
    const instances = made.filter(({ type }) => type === "linode:index/instance:Instance");
    expect(instances.map(({ name, protect, inputs }) => [name, protect, inputs.label]).sort()).toEqual([
      ["app-2-instance", false, "shop-prod-app-2"],
      ["app-instance", true, "shop-prod-app"],
      ["database-instance", true, "shop-prod-database"],
      ["web-instance", false, "shop-prod-web"],
    ]);
    const { inbounds } = only(made, { name: "database-firewall" }).inputs as {
      inbounds: { ports: string; ipv4s: string[] }[];
    };
    expect(inbounds.filter(({ ports }) => ports === "5432")[0]?.ipv4s).toEqual(["10.0.0.12/30", "10.0.0.16/30"]);
    expect(only(made, { name: "app-2-firewall" }).inputs).toMatchObject({
      inbounds: [{ ports: "22" }, { ports: "8000-8001", ipv4s: ["10.0.0.11/32"] }],
    });
  });

  it("get a release one after the other, each out of the upstream for the time; the last word is the first one's", () => {
    const steps = made.map(({ name }) => name).filter((name) => /-(key|out|release|in|confirm)$/.test(name));
    expect(steps).toEqual([
      ...["app-key", "app-2-key", "app-out", "app-release", "app-in", "app-2-out", "app-2-release", "app-2-in"],
      "app-confirm",
    ]);
    expect(bundle(made, "app-2-out")).toContain("ADDRESS='10.0.0.13'\n");
    expect(bundle(made, "app-release")).toContain("CONFIRM_SECONDS='300'\n");
    expect(bundle(made, "app-2-release")).toContain("LEADS='no'\n");
  });

  it("learn both of the next secret key before one of them signs with it", () => {
    for (const name of ["app-key", "app-2-key"]) expect(bundle(made, name)).toContain("SECRET_KEY=former\0");
  });

  it("run on the first what a site runs once", () => {
    expect(bundle(made, "app-release")).toMatch(/OnCalendar=daily[^]*/);
    expect(bundle(made, "app-release")).toContain("[program:process_work]");
    expect(bundle(made, "app-2-release")).not.toMatch(/OnCalendar|program:process_work/);
  });

  it("are taken out of the upstream when something else is made live, and only then", async () => {
    const again = await record(() => program(2, site));
    expect(bundle(again, "app-2-out")).toBe(bundle(made, "app-2-out"));
  });
});

describe("names of application servers", () => {
  it("are at most 32 characters, and each its own, for the longest site and stack", () => {
    const roles = ["database", "web", "app", ...Array.from({ length: 7 }, (_, index) => `app-${index + 2}`)];
    const labels = roles.map((role) => label("a-site-of-16-chr", "pr-a-long-branch-name-of-somebody", role));
    expect(labels.filter((one) => one.length > 32)).toEqual([]);
    expect(new Set(labels).size).toBe(roles.length);
    expect(new Set(appAddresses(8)).size).toBe(8);
  });
});
