import { SiteError } from "../failure";
import type { Site } from "../site";
import { FormerMachines } from "./former";
import type { Rebuild } from "./note";

/** Whether it is one of several application servers: the others serve meanwhile. */
const othersServe = ({ roles, closes }: Pick<Rebuild, "roles" | "closes">): boolean => roles.includes("app") && !closes;

/** Visitors are sent to the other application servers before this one ends. For ten minutes, see `scripts/upstream-out.sh`; can be done again. */
export async function takeOut(site: Site, rebuild: Rebuild): Promise<void> {
  const { name, former } = rebuild;
  if (!othersServe(rebuild)) return;
  const { address } = former.place ?? (await new FormerMachines().placeOf(former.id)) ?? {};
  if (address === undefined) return;
  const { code, stderr } = await site.connect(site.server("web"), (connection) =>
    connection.exec(["env", `ADDRESS=${address}`, "trinode", "upstream-out"]),
  );
  if (code !== 0) throw new SiteError(`visitors could not be sent to others than ${name}: ${stderr.trim()}`);
}

/** Options for the `up` that makes the new one: it is out while it is set up, and in once it answers. */
export function inAgain(rebuild: Pick<Rebuild, "name" | "roles" | "closes">): string[] {
  if (!othersServe(rebuild)) return [];
  return ["out", "in"].flatMap((step) => ["--replace", `**::${rebuild.name}-${step}`]);
}
