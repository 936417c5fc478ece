import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { resolveVariables } from "../render/variables";
import type { DatabaseServer } from "./databaseServer";

export interface SiteVariablesArgs {
  /** Variables as configured, with `${…}` in them; plain and secret ones. */
  env: Record<string, string>;
  secrets: Record<string, string>;
  /** Names that the site answers to, the canonical one first. */
  domains: string[];
  database: DatabaseServer;
}

/** The site's variables with everything filled in, a secret as a whole; Django's secret key is made here and lives in the state. */
export function siteVariables(name: string, args: SiteVariablesArgs): pulumi.Output<Record<string, string>> {
  const { env, secrets, domains, database } = args;
  const key = new random.RandomPassword(`${name}-secret-key`, { length: 50 });
  const known = pulumi.all([database.password, database.url, key.result]).apply(([password, url, secretKey]) => ({
    database: {
      host: database.address,
      port: database.port,
      name: database.databaseName,
      user: database.user,
      password,
      url,
    },
    secretKey,
    domains,
  }));
  return pulumi.secret(known.apply((values) => resolveVariables({ ...env, ...secrets }, values)));
}
