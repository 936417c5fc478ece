import { Option } from "commander";
import { applyChange } from "./change";
import { SiteError } from "./failure";
import { readCommonReleases, type ReleaseRecord } from "./releases";
import { failure, type Site } from "./site";
import type { SiteStack } from "./stack";
import type { Verb } from "./verb";

interface RollbackOptions {
  migrate?: boolean;
  restore?: boolean;
}

/** `./site rollback [RELEASE]` */
export function rollbackCommand(verb: Verb): void {
  verb.parent
    .command("rollback")
    .description(
      "goes back to a release that has served; refused where the database no longer fits, unless a way is named",
    )
    .argument("[release]", "default: the one before the one that serves")
    .addOption(new Option("--migrate", "takes its later migrations back, where each can be").conflicts("restore"))
    .option("--restore", "brings back the backup that was made before it was left: what came since is lost")
    .action(async (wanted: string | undefined, options: RollbackOptions) => {
      const site = await verb.site();
      const { id } = chooseRelease(await readCommonReleases(site), wanted);
      const mode = await chooseMode(site, id, options);
      await applyChange(site.stack, {
        what: `rollback ${id}`,
        edit: (file) => setRelease(site.stack, file, id, mode),
      });
      verb.print({ release: id }, `release ${id} serves again`);
    });
}

/** The release that is asked for, or the one that served before. @throws SiteError naming those that there are */
export function chooseRelease(releases: ReleaseRecord[], wanted?: string): ReleaseRecord {
  const kept = releases.filter(({ state }) => state === "kept");
  const names = kept.map(({ id }) => id).join(", ") || "none";
  if (wanted === undefined) {
    const served = kept
      .filter(({ activatedAt }) => activatedAt)
      .sort((a, b) => (String(a.activatedAt) < String(b.activatedAt) ? 1 : -1));
    if (served[0]) return served[0];
    throw new SiteError("there is no release to go back to: none is kept beside the one that serves.");
  }
  const found = releases.filter(({ id }) => id.startsWith(wanted));
  const [release] = found;
  if (found.length > 1) throw new SiteError(`"${wanted}" could be ${found.map(({ id }) => id).join(" or ")}.`);
  if (!release) throw new SiteError(`there is no release "${wanted}" on the server. Kept: ${names}`);
  if (release.state === "live") throw new SiteError(`release ${release.id} serves already.`);
  if (release.state === "failed")
    throw new SiteError(`release ${release.id} has never served: it failed. Kept: ${names}`);
  return release;
}

/** How the database may be made to fit. */
type Mode = "plain" | "migrate" | "restore";

/** What `trinode rollback-check --json` says. */
interface Fit {
  fits: boolean;
  /** Why it does not fit: a migration each. */
  reasons: string[];
  modes: Mode[];
}

/** The way to go back. @throws SiteError with the reasons, and the ways that there are, when the one asked for is none of them */
async function chooseMode(site: Site, id: string, { migrate, restore }: RollbackOptions): Promise<Mode> {
  const words = ["rollback-check", id, "--json"];
  const { code, stdout, stderr } = await site.try("app", ...words);
  if (!stdout.trim()) throw new SiteError(failure(words, stderr, code));
  const fit = JSON.parse(stdout) as Fit;
  const wanted = migrate ? "migrate" : restore ? "restore" : "plain";
  if (fit.modes.includes(wanted)) return wanted;
  throw new SiteError(refusal(id, wanted, fit));
}

export function refusal(id: string, wanted: Mode, { reasons, modes }: Fit): string {
  const ways = modes.map((mode) => (mode === "plain" ? "without an option" : `with --${mode}`)).join(", or ");
  const why = reasons.length > 0 ? `:\n  ${reasons.join("\n  ")}` : ".";
  const how = ways ? `It can be gone back to ${ways}.` : "Make a release of it that knows these migrations.";
  if (wanted !== "plain") return `release ${id} can't be gone back to with --${wanted}. ${how}`;
  return `release ${id} does not fit the database any more${why}\n${how}`;
}

async function setRelease(stack: SiteStack, file: string, id: string, mode: Mode): Promise<void> {
  await stack.setValue(file, "trinode:app.release", id, false);
  await stack.setValue(file, "trinode:app.rollback.mode", mode, false);
}
