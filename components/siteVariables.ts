import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { redisAddress, redisUrl } from "../render/redisFiles";
import { buildVariables, resolveVariables } from "../render/variables";
import type { DatabaseServer } from "./databaseServer";
import { type Generation, inTurn, keepers, slotName } from "./inTurn";

export interface SiteVariablesArgs {
  /** Variables as configured, with `${…}` in them; plain and secret ones. */
  env: Record<string, string>;
  secrets: Record<string, string>;
  /** Names that the site answers to, the canonical one first. */
  domains: string[];
  database: DatabaseServer;
  /** How often Django's secret key has been changed. @default 0 */
  secretKeyRotation?: number;
  /** Password of the site's Redis. @default it has none */
  redisPassword?: pulumi.Input<string> | undefined;
}

/** The first two are a secret as a whole each. */
export interface SiteVariables {
  /** With everything filled in. */
  final: pulumi.Output<Record<string, string>>;
  /** For the moment before the key changes: the former one signs, the new one is already accepted. Empty without a change. */
  interim: pulumi.Output<Record<string, string>>;
  /** For commands that build a release: with stand-ins for what is secret. */
  building: Record<string, string>;
}

/** The site's variables; Django's secret keys are made here and live in the state. */
export function siteVariables(name: string, args: SiteVariablesArgs): SiteVariables {
  const { now, before } = inTurn(args.secretKeyRotation ?? 0);
  const key = makeKey(name, now);
  const former = before && makeKey(name, before);
  return {
    final: resolved(args, key, former ? [former] : []),
    interim: former ? resolved(args, former, [key]) : pulumi.output<Record<string, string>>({}),
    building: variablesOfBuild(args),
  };
}

function makeKey(name: string, { slot, generation }: Generation): pulumi.Output<string> {
  const resource = slotName(`${name}-secret-key`, slot);
  return new random.RandomPassword(resource, { length: 50, ...keepers(generation) }).result;
}

function resolved(
  { env, secrets, domains, database, redisPassword }: SiteVariablesArgs,
  key: pulumi.Output<string>,
  fallbacks: pulumi.Output<string>[],
): pulumi.Output<Record<string, string>> {
  const made = pulumi.all([database.password, database.url, key, pulumi.all(fallbacks), redisPassword]);
  const known = made.apply(([password, url, secretKey, secretKeyFallbacks, redis]) => ({
    database: {
      host: database.address,
      port: database.port,
      name: database.databaseName,
      user: database.user,
      password,
      url,
    },
    secretKey,
    secretKeyFallbacks,
    domains,
    ...(redis && { redis: { ...redisAddress, password: redis, url: redisUrl(redis) } }),
  }));
  return pulumi.secret(known.apply((values) => resolveVariables({ ...env, ...secrets }, values)));
}

function variablesOfBuild({ env, secrets, domains, database }: SiteVariablesArgs): Record<string, string> {
  const { address: host, port, databaseName: name, user } = database;
  return buildVariables(env, secrets, { database: { host, port, name, user }, domains });
}
