import { LinodeApi } from "../../linodeApi";
import { sentence } from "../failure";
import { deleteLeftover, findLeftovers, type Leftover } from "./leftovers";
import { stagingDown } from "./stacks";

export interface Reaped {
  stack: string;
  hours: number;
  /** `destroyed` by its state, `deleted` by what Linode has of it, `kept` because it is young. */
  became: "destroyed" | "deleted" | "kept" | "would go";
}

/**
 * Takes down staging stacks that are older than they may get, by their state where there is one, and whatever is left at Linode after
 * that. @param only looks and takes nothing down
 */
export async function reap(env: NodeJS.ProcessEnv, mostHours: number, only = false): Promise<Reaped[]> {
  const api = new LinodeApi(env);
  const reaped: Reaped[] = [];
  for (const found of await findLeftovers(api)) {
    const hours = Math.floor((Date.now() - found.since.getTime()) / 3_600_000);
    const old = Date.now() - found.since.getTime() >= mostHours * 3_600_000;
    const became = !old ? "kept" : only ? "would go" : await takeDown(api, found);
    reaped.push({ stack: found.stack, hours, became });
  }
  return reaped;
}

async function takeDown(api: LinodeApi, { stack, site }: Leftover): Promise<Reaped["became"]> {
  const destroyed = await stagingDown(stack).catch((error: unknown) => {
    process.stderr.write(`${stack} can't be destroyed by its state: ${sentence(error)}\n`);
    return false;
  });
  const left = (await findLeftovers(api)).find((one) => one.stack === stack && one.site === site);
  if (left) await deleteLeftover(api, left);
  return destroyed && !left ? "destroyed" : "deleted";
}
