import * as pulumi from "@pulumi/pulumi";
import { type AppServers, createAppServers } from "./components/appServers";
import { Backups } from "./components/backups";
import { DatabaseServer } from "./components/databaseServer";
import type { LinodeHost } from "./components/linodeHost";
import { Network, addresses, appRanges } from "./components/network";
import { lookUpPlans, type Plan } from "./components/plans";
import { type Offsite, offsiteOf } from "./components/offsite";
import { prepareRelease, type Release } from "./components/release";
import { createServers, type Role, type Servers } from "./components/servers";
import { siteRedis } from "./components/siteRedis";
import { siteVariables } from "./components/siteVariables";
import { keepUp } from "./components/upkeep";
import { watch } from "./components/watch";
import { WebServer } from "./components/webServer";
import { readConfig, type SiteConfig } from "./config";
import { tellingErrors } from "./programErrors";
import { mapOnlyStacksThatAreRead } from "./stackTraces";
import { alertThresholds } from "./render/alerts";
import { label as labelOf, tagsOf } from "./render/labels";

type Plans = Record<Role, Plan>;

/** The whole story: configuration → network → machines → database → application → web → outputs. */
async function production() {
  const config = readConfig();
  const [plans, release] = await Promise.all([
    lookUpPlans(config.plans),
    prepareRelease({ ...config.app, sentry: config.monitoring.sentryDsn !== undefined }),
  ]);
  const servers = createMachines(config, plans);
  const database = createDatabase(config, plans, servers.database);
  const app = createApps(config, plans, servers, database, release);
  database.lockFormerLogin(app.ready);
  const web = createWeb(config, servers.web, app);
  const offsite = offsiteOf(config, labelOf(config.site, pulumi.getStack(), "copies"));
  const backups = createBackups(config, plans, servers, offsite, [...database.ready, ...app.ready]);
  watchCopies(config, servers.web, offsite, [web, ...backups.ready]);
  watchOver(config, servers, [web, ...app.ready, ...backups.ready]);
  return {
    ...outputs(config, plans, servers, { database, app, web }),
    ...(offsite?.pruning && { offsite: offsite.pruning }),
  };
}

function createMachines(config: SiteConfig, plans: Plans): Servers {
  const { site, region, image, topology, appServers, operators, protect } = config;
  const { alerts } = config.monitoring;
  const stack = pulumi.getStack();
  const description = tagsOf(site, stack).join(" ");
  const network = new Network("network", { label: labelOf(site, stack, "vpc"), description, region });
  const cpus = new Map(Object.values(plans).map(({ id, vcpus }) => [id, vcpus]));
  return createServers({
    ...{ site, stack, topology, appServers, region, image, protect },
    catchMail: config.mail.caught,
    machineBackups: config.backups.machines,
    plans: config.plans,
    subnetId: network.subnetId,
    operators: { ...operators, privateKey: operators.privateKey ? pulumi.secret(operators.privateKey) : undefined },
    alerts: alerts && ((plan) => alertThresholds(alerts, cpus.get(plan) ?? 1)),
  });
}

function createDatabase(config: SiteConfig, plans: Plans, host: LinodeHost): DatabaseServer {
  const single = config.topology === "single";
  const { name: databaseName, ...database } = config.database;
  return new DatabaseServer("database", {
    ...database,
    databaseName,
    host,
    memoryMb: plans[single ? "app" : "database"].memoryMb,
    shared: single,
    clients: single ? [] : appRanges,
    operatorCidrs: config.operators.cidrs,
    protect: config.protect,
  });
}

function createApps(
  config: SiteConfig,
  plans: Plans,
  { apps: hosts, web }: Servers,
  database: DatabaseServer,
  release: Release,
): AppServers {
  const { site, domains, redirects, app } = config;
  const { sentryDsn } = config.monitoring;
  const single = config.topology === "single";
  // On a shared machine, PostgreSQL and nginx have the other half.
  const plan = { ...plans.app, memoryMb: single ? plans.app.memoryMb / 2 : plans.app.memoryMb };
  const redis = config.redis && siteRedis("redis", plan, config.redis);
  const variables = siteVariables("site", {
    ...app,
    domains: [...domains, ...redirects],
    database,
    redisPassword: redis?.password,
  });
  return createAppServers({
    ...app,
    ...{ hosts, web, site, domains, plan, release, redis, database },
    variables: variables.final,
    buildVariables: variables.building,
    keyChange: { rotation: app.secretKeyRotation, interim: variables.interim },
    pinned: app.release === undefined ? undefined : { release: app.release, mode: app.rollback.mode },
    catchMail: config.mail.caught,
    sentry: sentryDsn === undefined ? undefined : { dsn: sentryDsn, environment: pulumi.getStack() },
    webAddresses: [single ? addresses.database : addresses.web],
  });
}

function createWeb(config: SiteConfig, host: LinodeHost, { addresses: upstream }: AppServers): WebServer {
  const { site, domains, redirects, dns, tls, operators, app } = config;
  return new WebServer("web", {
    ...{ host, site, domains, redirects, dns, tls },
    operatorCidrs: operators.cidrs,
    upstream,
    static: app.static,
    media: app.media,
    maxBody: app.server.maxBody,
    timeoutSeconds: app.server.timeoutSeconds,
    websockets: app.server.websockets ?? app.asgi !== undefined,
  });
}

/** Once there is something to copy: a first dump, a first release. */
function createBackups(
  { site, topology, app, backups, database, monitoring }: SiteConfig,
  plans: Plans,
  servers: Servers,
  offsite: Offsite | undefined,
  after: pulumi.Resource[],
): Backups {
  const { schedule, drill, keep, key } = backups;
  const { sentryDsn: dsn } = monitoring;
  const inside = `/srv/${site}/shared/media`;
  return new Backups("backups", {
    ...{ site, schedule, drill, keep, after },
    database: {
      host: servers.database,
      name: database.name,
      memoryMb: plans[topology === "single" ? "app" : "database"].memoryMb,
    },
    files: {
      host: servers.app,
      media: app.media.directory.startsWith("/") ? app.media.directory : inside,
      memoryMb: plans.app.memoryMb,
    },
    key: key === undefined ? undefined : pulumi.secret(key),
    offsite: offsite?.adding,
    checkIns: dsn === undefined ? undefined : pulumi.secret({ dsn, environment: pulumi.getStack() }),
  });
}

/** From the web server, which has no part in making them. */
function watchCopies(
  { site, domains, monitoring }: SiteConfig,
  host: LinodeHost,
  offsite: Offsite | undefined,
  dependsOn: pulumi.Resource[],
): void {
  const { webhook, email } = monitoring;
  const who = { site, stack: pulumi.getStack(), domain: domains[0]!, webhook, email };
  watch("watch", { ...who, host, bucket: offsite?.watching }, { parent: host, dependsOn });
}

/** Updates of the servers, one after the other, as long as the site is well. */
function watchOver({ domains, app }: SiteConfig, servers: Servers, serving: pulumi.Resource[]): void {
  const { path, status } = app.health;
  keepUp(
    [servers.web, ...servers.apps, servers.database],
    { domain: domains[0]!, path, status, webAddress: servers.web.privateIp },
    serving,
  );
}

function outputs(
  { domains, dns, topology, appServers, backups }: SiteConfig,
  plans: Plans,
  servers: Servers,
  roles: { database: DatabaseServer; app: AppServers; web: WebServer },
) {
  const apps = Array<Plan>(appServers).fill(plans.app);
  const paid = topology === "single" ? [plans.app] : [plans.database, ...apps, plans.web];
  return {
    url: roles.web.url,
    domains,
    servers: { database: described(servers.database), app: servers.apps.map(described), web: described(servers.web) },
    host: roles.app.addresses[0],
    databaseUrl: roles.database.url,
    monthlyCost: paid.reduce((sum, plan) => sum + plan.monthly + (backups.machines ? plan.backupsMonthly : 0), 0),
    ...(!dns.manage && { dnsRecords: roles.web.dnsRecords }),
  };
}

/** A server as the stack's outputs tell it. */
function described({ id, label, publicIp, privateIp, plan }: LinodeHost) {
  return { id, label, publicIp, privateIp, plan };
}

export = () => {
  mapOnlyStacksThatAreRead();
  return tellingErrors(production);
};
