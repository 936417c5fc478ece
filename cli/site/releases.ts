import type { Site } from "./site";
import { table } from "./table";
import type { Verb } from "./verb";

/** A release, as the application server tells it. */
export interface ReleaseRecord {
  id: string;
  /** ISO times. */
  madeAt: string;
  activatedAt?: string | null;
  by?: string | null;
  source?: string | null;
  commit?: string | null;
  /** Heads, e.g. `lending.0003_loan_due_on`. */
  migrations?: string[] | Record<string, string> | null;
  state: "live" | "kept" | "failed";
  backup?: string | null;
}

/** `./site releases` */
export function releasesCommand(verb: Verb): void {
  verb.parent
    .command("releases")
    .description("lists the releases on the server, the newest first")
    .action(async () => {
      const releases = await readReleases(await verb.site());
      verb.print(releases, releasesTable(releases));
    });
}

/** The releases on the application server, the newest first. */
export async function readReleases(site: Site): Promise<ReleaseRecord[]> {
  return JSON.parse(await site.trinode("app", "releases", "--json")) as ReleaseRecord[];
}

export function releasesTable(releases: ReleaseRecord[]): string {
  const rows = releases.map(({ id, state, activatedAt, madeAt, by, source, commit }) => [
    id,
    state,
    activatedAt ?? madeAt,
    by ?? "",
    source ?? "",
    commit ?? "",
  ]);
  return table([["RELEASE", "STATE", "WHEN", "BY", "SOURCE", "COMMIT"], ...rows]);
}
