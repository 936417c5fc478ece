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

/** The releases on an application server, of several the first, the newest first. */
export async function readReleases(site: Site, server = site.server("app")): Promise<ReleaseRecord[]> {
  return JSON.parse(await site.trinode(server, "releases", "--json")) as ReleaseRecord[];
}

/** The same, but of those that have served only what every application server has. */
export async function readCommonReleases(site: Site): Promise<ReleaseRecord[]> {
  const [first = [], ...others] = await Promise.all(site.all("app").map((server) => readReleases(site, server)));
  const everywhere = (id: string) =>
    others.every((releases) => releases.some((one) => one.id === id && one.state !== "failed"));
  return first.filter(({ id, state }) => state === "failed" || everywhere(id));
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
