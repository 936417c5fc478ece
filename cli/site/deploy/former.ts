import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pulumi } from "../../pulumi";
import { run } from "../../run";
import { nameOf } from "../servers";
import { isSwitch } from "../serving";
import type { SiteStack } from "../stack";
import { up } from "../up";

/** A run of Pulumi, as `pulumi stack history --json` tells it. */
export interface HistoryEntry {
  kind?: string;
  result?: string;
  message?: string;
  environment?: Record<string, string>;
}

/** The commit that stands: of the last run that changed the stack and succeeded; `undefined` when it is not known. */
export async function formerCommit(stack: SiteStack): Promise<string | undefined> {
  const printed = await pulumi(stack, ["stack", "history", "--json", "--page-size", "20"]);
  const commit = commitOf(JSON.parse(printed || "[]") as HistoryEntry[]);
  if (commit === undefined) return undefined;
  // Not in a clone of the last commit alone.
  return (await succeeds("git", ["cat-file", "-e", `${commit}^{commit}`])) ? commit : undefined;
}

/** What a run is called that brings a commit there. */
export const runOf = (commit: string) => `./site deploy ${commit}`;

/** @param history the newest first. What Pulumi ran from with uncommitted changes is no commit. */
export function commitOf(history: HistoryEntry[]): string | undefined {
  const last = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
  const { "git.head": head, "git.dirty": dirty } = last?.environment ?? {};
  const named = /^\.\/site deploy ([0-9a-f]{40})$/.exec(last?.message ?? "")?.[1];
  return named ?? (head !== undefined && dirty !== "true" && /^[0-9a-f]{40}$/.test(head) ? head : undefined);
}

/** The commit that is checked out here, and whether there is more here than it has. @throws CommandFailed outside of a repository */
export async function headCommit(): Promise<{ commit: string; dirty: boolean }> {
  const commit = (await run("git", ["rev-parse", "HEAD"])).trim();
  const changes = await run("git", ["status", "--porcelain", "--untracked-files=no"]);
  return { commit, dirty: changes.trim() !== "" };
}

/**
 * `pulumi up` with program and configuration of a former commit, checked out beside. The step that switches releases is done again: what
 * failed may have cut it off. What stands then is looked at by `look`, with the configuration of that commit.
 */
export async function backTo<T>(
  stack: SiteStack,
  commit: string,
  look: (configFile: string) => Promise<T>,
): Promise<T> {
  const directory = resolve(".trinode", stack.name, "back");
  await remove(directory);
  mkdirSync(dirname(directory), { recursive: true });
  await run("git", ["worktree", "add", "--detach", "--force", directory, commit]);
  try {
    await bringPackages(directory);
    const config = await bringConfiguration(stack, directory);
    const { resources } = await stack.state();
    const again = resources.filter(isSwitch).flatMap((one) => ["--replace", `**::${nameOf(one)}`]);
    await up(stack, config, runOf(commit), ["--cwd", directory, ...again]);
    return await look(config);
  } finally {
    await remove(directory);
  }
}

async function remove(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  await run("git", ["worktree", "prune"]);
}

/** Those of here where they are the same, else its own. */
async function bringPackages(directory: string): Promise<void> {
  const lock = (place: string) => readFileSync(join(place, "package-lock.json"), "utf8");
  if (lock(directory) === lock(".")) symlinkSync(resolve("node_modules"), join(directory, "node_modules"));
  else await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: directory });
}

/** The stack's file of that commit; one that is not in the repository stays as it is. */
async function bringConfiguration(stack: SiteStack, directory: string): Promise<string> {
  const there = join(directory, stack.configFile);
  if (!existsSync(there)) {
    mkdirSync(dirname(there), { recursive: true });
    cpSync(stack.configFile, there);
  }
  return there;
}

function succeeds(program: string, args: string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  );
}
