import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { redisMemory } from "../render/redisFiles";

/** A Redis of an application server: its size, and the password that it is reached with. */
export interface SiteRedis {
  memoryMb: number;
  password: pulumi.Output<string>;
}

/** @throws Error naming trinode:redis.memory when the plan can't spare so much */
export function siteRedis(
  name: string,
  plan: { memoryMb: number },
  wanted: { memoryMb?: number | undefined },
): SiteRedis {
  const memoryMb = redisMemory(plan, wanted);
  // Part of a URL and of a configuration file: letters and digits only.
  const password = new random.RandomPassword(`${name}-password`, { length: 40, special: false });
  return { memoryMb, password: password.result };
}
