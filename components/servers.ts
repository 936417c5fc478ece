import type * as pulumi from "@pulumi/pulumi";
import type { Alerts } from "../render/alerts";
import { type Inbound, operatorRules, world } from "../render/firewallRules";
import { label, tagsOf } from "../render/labels";
import { LinodeHost, type LinodeHostArgs, type Operators } from "./linodeHost";
import { addresses, appAddresses, appRanges } from "./network";

export type Role = "database" | "app" | "web";

export interface ServersArgs {
  site: string;
  stack: string;
  /** `single` puts all roles on one Linode, of the plan of `app`. */
  topology: "three" | "single";
  /** How many application servers there are; in topology `single` one. */
  appServers: number;
  region: string;
  image: string;
  plans: Record<Role, string>;
  subnetId: pulumi.Output<number>;
  operators: Operators;
  /** Lets no mail out. */
  catchMail: boolean;
  protect: boolean;
  /** From when on Linode sends a mail about a machine's load. @default Linode's own settings are left alone */
  alerts?: ((plan: string) => Alerts) | undefined;
  /** Linode's own backups of whole machines. @default left as set at Linode */
  machineBackups?: LinodeHostArgs["machineBackups"];
}

/** The machine of each role; in topology `single` it is the same one. */
export interface Servers extends Record<Role, LinodeHost> {
  /** All application servers; the first is `app`, which does what is done once. */
  apps: [LinodeHost, ...LinodeHost[]];
}

/** Makes the Linodes that the roles live on, side by side. */
export function createServers(args: ServersArgs): Servers {
  if (args.topology === "single") {
    const host = createServer(
      "server",
      "server",
      args.plans.app,
      addresses.database,
      inbound.single(args),
      args,
      args.protect,
    );
    return { database: host, app: host, web: host, apps: [host] };
  }
  const server = (role: Role, protect = false) =>
    createServer(role, role, args.plans[role], addresses[role], inbound[role](args), args, protect);
  // Uploads live on the application server: it holds data as the database does.
  const [database, app, web] = [server("database", args.protect), server("app", args.protect), server("web")];
  return { database, app, web, apps: [app, ...furtherApps(args)] };
}

/** `app-2`, `app-3`, …: they hold nothing that the others don't. */
function furtherApps(args: ServersArgs): LinodeHost[] {
  return appAddresses(args.appServers)
    .slice(1)
    .map((address, index) => {
      const name = `app-${index + 2}`;
      return createServer(name, name, args.plans.app, address, inbound.app(), args, false);
    });
}

/** What each role's cloud firewall lets in, beside operators on port 22. */
const inbound = {
  database: ({ operators }: ServersArgs): Inbound[] => [
    { label: "postgresql-app", ports: "5432", from: appRanges },
    { label: operatorRules.database, ports: "5432", from: operators.cidrs },
  ],
  app: (): Inbound[] => [{ label: "gunicorn-and-files", ports: "8000-8001", from: [`${addresses.web}/32`] }],
  web: (): Inbound[] => [{ label: "web", ports: "80, 443", from: world }],
  single: ({ operators }: ServersArgs): Inbound[] => [
    { label: operatorRules.database, ports: "5432", from: operators.cidrs },
    { label: "web", ports: "80, 443", from: world },
  ],
};

function createServer(
  name: string,
  role: string,
  plan: string,
  privateAddress: string,
  rules: Inbound[],
  args: ServersArgs,
  protect: boolean,
): LinodeHost {
  const { site, stack, region, image, subnetId, operators, catchMail, alerts, machineBackups } = args;
  const host: LinodeHostArgs = {
    label: label(site, stack, role),
    region,
    image,
    plan,
    tags: tagsOf(site, stack),
    subnetId,
    privateAddress,
    inbound: rules,
    operators,
    catchMail,
    protect,
    alerts: alerts?.(plan),
    machineBackups,
  };
  return new LinodeHost(name, host);
}
