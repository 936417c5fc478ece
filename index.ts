import * as pulumi from "@pulumi/pulumi";
import { AppServer } from "./components/appServer";
import { DatabaseServer } from "./components/databaseServer";
import type { LinodeHost } from "./components/linodeHost";
import { Network, addresses } from "./components/network";
import { lookUpPlans } from "./components/plans";
import { prepareRelease } from "./components/release";
import { createServers } from "./components/servers";
import { siteRedis } from "./components/siteRedis";
import { siteVariables } from "./components/siteVariables";
import { keepUp } from "./components/upkeep";
import { WebServer } from "./components/webServer";
import { readConfig } from "./config";
import { tellingErrors } from "./programErrors";
import { alertThresholds } from "./render/alerts";
import { label as labelOf } from "./render/labels";

/** The whole story: configuration → network → machines → database → application → web → outputs. */
async function production() {
  const stack = pulumi.getStack();
  const { site, domains, redirects, dns, region, image, topology, operators, app: source, ...config } = readConfig();
  const { sentryDsn, alerts } = config.monitoring;
  const [plans, release] = await Promise.all([
    lookUpPlans(config.plans),
    prepareRelease({ ...source, sentry: sentryDsn !== undefined }),
  ]);
  const single = topology === "single";
  // On a shared machine, PostgreSQL and nginx have the other half.
  const appPlan = { ...plans.app, memoryMb: single ? plans.app.memoryMb / 2 : plans.app.memoryMb };
  const cpus = new Map(Object.values(plans).map(({ id, vcpus }) => [id, vcpus]));
  const redis = config.redis && siteRedis("redis", appPlan, config.redis);

  const network = new Network("network", { label: labelOf(site, stack, "vpc"), region });
  const servers = createServers({
    site,
    stack,
    topology,
    region,
    image,
    plans: config.plans,
    subnetId: network.subnetId,
    operators: { ...operators, privateKey: operators.privateKey ? pulumi.secret(operators.privateKey) : undefined },
    protect: config.protect,
    alerts: alerts && ((plan) => alertThresholds(alerts, cpus.get(plan) ?? 1)),
  });

  const database = new DatabaseServer("database", {
    host: servers.database,
    memoryMb: plans[single ? "app" : "database"].memoryMb,
    shared: single,
    databaseName: config.database.name,
    user: config.database.user,
    rotation: config.database.rotation,
    extensions: config.database.extensions,
    dump: config.database.dump,
    clients: single ? [] : [addresses.app],
    operatorCidrs: operators.cidrs,
    protect: config.protect,
  });

  const variables = siteVariables("site", {
    ...source,
    domains: [...domains, ...redirects],
    database,
    redisPassword: redis?.password,
  });
  const app = new AppServer("app", {
    ...source,
    host: servers.app,
    site,
    domains,
    plan: appPlan,
    release,
    variables: variables.final,
    keyChange: { rotation: source.secretKeyRotation, interim: variables.interim },
    pinned: source.release === undefined ? undefined : { release: source.release, mode: source.rollback.mode },
    buildVariables: variables.building,
    redis,
    sentry: sentryDsn === undefined ? undefined : { dsn: sentryDsn, environment: stack },
    database,
    webAddresses: [single ? addresses.database : addresses.web],
  });

  database.lockFormerLogin(app.ready);

  const web = new WebServer("web", {
    host: servers.web,
    site,
    domains,
    redirects,
    dns,
    operatorCidrs: operators.cidrs,
    upstream: app.host,
    static: source.static,
    media: source.media,
    maxBody: source.server.maxBody,
    timeoutSeconds: source.server.timeoutSeconds,
    websockets: source.server.websockets ?? source.asgi !== undefined,
    tls: config.tls,
  });

  keepUp(
    [servers.web, servers.app, servers.database],
    { domain: domains[0]!, path: source.health.path, status: source.health.status, webAddress: servers.web.privateIp },
    [web, ...app.ready],
  );

  return {
    url: web.url,
    domains,
    servers: { database: described(servers.database), app: [described(servers.app)], web: described(servers.web) },
    host: app.host,
    databaseUrl: database.url,
    monthlyCost: (single ? [plans.app] : Object.values(plans)).reduce((sum, plan) => sum + plan.monthly, 0),
    ...(!dns.manage && { dnsRecords: web.dnsRecords }),
  };
}

/** A server as the stack's outputs tell it. */
function described({ id, label, publicIp, privateIp, plan }: LinodeHost) {
  return { id, label, publicIp, privateIp, plan };
}

export = () => tellingErrors(production);
