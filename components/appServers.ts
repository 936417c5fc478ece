import * as pulumi from "@pulumi/pulumi";
import { appVariables, encodeVariables } from "../render/appFiles";
import { file } from "../render/hostFile";
import { AppServer, type AppServerArgs } from "./appServer";
import { siteScripts } from "./appSettings";
import type { LinodeHost } from "./linodeHost";
import { releaseScripts } from "./releaseActivation";

export interface AppServersArgs extends Omit<AppServerArgs, "host" | "line"> {
  /** The machines. The first does what is done once: migrations, scheduled commands, further programs. */
  hosts: [LinodeHost, ...LinodeHost[]];
  /** The web server's machine, where a server is taken out of the upstream and put back in. */
  web: LinodeHost;
}

/** All application servers of a site. */
export interface AppServers {
  /** Private addresses, the first one's first. */
  addresses: string[];
  /** Done when the same release serves on all of them. */
  ready: pulumi.Resource[];
}

/**
 * Application servers, made side by side until there is something to release: that goes from one to the next, each out of the upstream for
 * the time. When it fails on one, the first goes back to what it served before: see `scripts/release-back.sh`.
 */
export function createAppServers({ hosts, web, ...args }: AppServersArgs): AppServers {
  const addresses = hosts.map(({ privateIp }) => privateIp);
  const [first, ...others] = hosts;
  if (others.length === 0) return { addresses, ready: new AppServer("app", { ...args, host: first }).ready };

  const servers: AppServer[] = [];
  const keys = hosts.map((host) => learnKey(host, args));
  for (const host of hosts) {
    const leads = host === first;
    // What a site runs once, it runs on the first.
    const own = leads ? args : { ...args, processes: {}, schedule: {} };
    const line = { web, after: servers.at(-1)?.ready ?? keys, leads, followers: others.length };
    servers.push(new AppServer(host.name, { ...own, host, line }));
  }
  return { addresses, ready: [confirm(first, servers)] };
}

/** While a secret key changes, all servers learn the new one before one of them signs with it. */
function learnKey(host: LinodeHost, { settings, keyChange, database }: Omit<AppServersArgs, "hosts" | "web">) {
  const files = pulumi.output(keyChange?.interim ?? {}).apply((own) => {
    const variables = Object.keys(own).length === 0 ? "" : encodeVariables(appVariables(settings, own));
    return [file("/etc/trinode/app.env.key", 0o600, variables)];
  });
  return host.step(
    `${host.name}-key`,
    {
      verb: "release-key",
      scripts: ["lib/app.sh", ...siteScripts, ...releaseScripts],
      files,
      environment: { KEY_ROTATION: String(keyChange?.rotation ?? 0) },
    },
    { parent: host, dependsOn: database.ready },
  );
}

/** The release serves everywhere: the first server no longer goes back by itself. */
function confirm(first: LinodeHost, servers: AppServer[]) {
  const changes = pulumi.all(servers.map(({ change }) => change)).apply((all) => all.join(" "));
  return first.step(
    `${first.name}-confirm`,
    {
      verb: "release-confirm",
      scripts: ["lib/app.sh", ...siteScripts, ...releaseScripts],
      environment: { CHANGE: changes },
    },
    { parent: first, dependsOn: servers.flatMap(({ ready }) => ready) },
  );
}
