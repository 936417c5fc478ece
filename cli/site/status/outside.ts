import { lookAtAnswer } from "../probe/health";
import { lookAtNames } from "../probe/names";
import { targetOf } from "../probe/target";
import type { Site } from "../site";
import type { Finding } from "./finding";

/** The two things of `./site probe` that are told with every status: names and answer. */
export async function lookFromOutside({ config, servers }: Site): Promise<Finding[]> {
  const target = targetOf(config, servers);
  const found = await Promise.all([lookAtNames(target), lookAtAnswer(target)]);
  return found.flat();
}
