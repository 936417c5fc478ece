import { LinodeApi } from "../../linodeApi";
import { sentence } from "../failure";
import { deleteLeftover, findLeftovers, type Leftover } from "./leftovers";
import { stagingDown } from "./stacks";

export interface Reaped {
  stack: string;
  hours: number;
  /** `destroyed` by its state, `deleted` by what Linode has of it, `kept` because it is young, `failed`: something of it is left. */
  became: "destroyed" | "deleted" | "kept" | "would go" | "failed";
}

/**
 * Takes down staging stacks that are older than they may get, by their state where there is one, and whatever is left at Linode after
 * that. One that can't be taken down keeps no other from it. @param only looks and takes nothing down
 * @param takeDown for tests
 */
export async function reap(
  env: NodeJS.ProcessEnv,
  mostHours: number,
  only = false,
  takeDown: (api: LinodeApi, found: Leftover) => Promise<Reaped["became"]> = takeDownWhole,
): Promise<Reaped[]> {
  const api = new LinodeApi(env);
  const reaped: Reaped[] = [];
  for (const found of await findLeftovers(api)) {
    const hours = Math.floor((Date.now() - found.since.getTime()) / 3_600_000);
    const old = Date.now() - found.since.getTime() >= mostHours * 3_600_000;
    const became = !old ? "kept" : only ? "would go" : await takeDown(api, found).catch(failed(found));
    reaped.push({ stack: found.stack, hours, became });
  }
  return reaped;
}

function failed({ stack }: Leftover) {
  return (error: unknown): "failed" => {
    process.stderr.write(`${stack} can't be taken down: ${sentence(error)}\n`);
    return "failed";
  };
}

async function takeDownWhole(api: LinodeApi, { stack, site }: Leftover): Promise<Reaped["became"]> {
  const destroyed = await stagingDown(stack).catch((error: unknown) => {
    process.stderr.write(`${stack} can't be destroyed by its state: ${sentence(error)}\n`);
    return false;
  });
  const left = (await findLeftovers(api)).find((one) => one.stack === stack && one.site === site);
  if (left) await deleteLeftover(api, left);
  return destroyed && !left ? "destroyed" : "deleted";
}
