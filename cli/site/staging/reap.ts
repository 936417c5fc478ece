import { LinodeApi } from "../../linodeApi";
import { sentence } from "../failure";
import { deleteLeftover, findLeftovers, type Leftover } from "./leftovers";
import { isDisposable } from "./names";
import { listStacks, stagingDown } from "./stacks";

export interface Reaped {
  stack: string;
  hours: number;
  /** `destroyed` by its state, `deleted` by what Linode has of it, `kept` because it is young, `failed`: something of it is left. */
  became: "destroyed" | "deleted" | "kept" | "would go" | "failed";
}

/** How it is done; others in tests. */
interface Ways {
  takeDown: (api: LinodeApi, found: Leftover) => Promise<Reaped["became"]>;
  states: (env: NodeJS.ProcessEnv) => Promise<Pick<Leftover, "stack" | "since">[]>;
}

/**
 * Takes down staging stacks that are older than they may get, by their state where there is one, and whatever is left at Linode after
 * that; also a state to which nothing at Linode belongs any more, or nothing that says so. One that can't be taken down keeps no other from it.
 * @param only looks and takes nothing down
 */
export async function reap(
  env: NodeJS.ProcessEnv,
  mostHours: number,
  only = false,
  { takeDown, states }: Ways = { takeDown: takeDownWhole, states: stagingStates },
): Promise<Reaped[]> {
  const api = new LinodeApi(env);
  const there = await findLeftovers(api);
  const alone = (await states(env)).filter(({ stack }) => !there.some((one) => one.stack === stack));
  const nothing = { site: "", machines: [], firewalls: [], vpcs: [] };
  const reaped: Reaped[] = [];
  for (const found of [...there, ...alone.map((state) => ({ ...nothing, ...state }))]) {
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

/** Staging stacks that the state knows, and when it was last changed. */
async function stagingStates(env: NodeJS.ProcessEnv): Promise<Pick<Leftover, "stack" | "since">[]> {
  try {
    return (await listStacks({ env }))
      .filter(({ name }) => isDisposable(name))
      .map(({ name, lastUpdate }) => ({ stack: name, since: lastUpdate ? new Date(lastUpdate) : new Date() }));
  } catch (error) {
    process.stderr.write(`which stacks the state knows could not be seen: ${sentence(error)}\n`);
    return [];
  }
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
