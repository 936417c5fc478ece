import { recover } from "../../recover";
import { backUp } from "../backup";
import { reasonOf } from "../diagnostics";
import { SiteError } from "../failure";
import { seen, worseThan } from "../probe/seen";
import { findServers } from "../servers";
import { isSwitch } from "../serving";
import { Site } from "../site";
import { type SiteStack, type StackOptions } from "../stack";
import type { Finding } from "../status/finding";
import { report } from "../status/report";
import { up } from "../up";
import { backTo, formerCommit, headCommit, runOf } from "./former";

export interface Deployed {
  commit: string;
  /** The commit that stood before. @default unknown, or there was none */
  former?: string;
  /** What was made before anything was changed. @default nothing stood */
  backup?: string;
}

/**
 * Brings what is checked out here to production: backup, `pulumi up`, a look from outside; what stood before is put back when any of it
 * fails. @param again what `settle` has given
 * @throws SiteError saying what failed, and what stands now
 */
export async function deploy(stack: SiteStack, options: StackOptions, again: string[]): Promise<Deployed> {
  const { commit, dirty } = await headCommit();
  const former = await formerCommit(stack);
  const stood = findServers((await stack.state()).resources).length > 0;
  const before = stood ? await seen(options) : [];
  const backup = stood ? await backUp(await Site.open(options)) : undefined;
  say(backup === undefined ? "nothing stands yet: there is nothing to copy" : `backup ${backup} is made and verified`);
  const failure = await bring(
    stack,
    dirty ? "./site deploy, with uncommitted changes" : runOf(commit),
    again,
    options,
    before,
  );
  if (failure === undefined) return { commit, ...(former && { former }), ...(backup && { backup }) };
  throw await goBack(stack, options, { commit, former, failure });
}

/** What a run that was killed has left, put right. @returns options for `up`: a switch that was cut off is done again, whatever the state says */
export async function settle(stack: SiteStack): Promise<string[]> {
  const { pending } = await stack.state();
  await recover(stack);
  return pending.filter(isSwitch).flatMap(({ urn }) => ["--replace", urn]);
}

/** @returns why it failed */
async function bring(
  stack: SiteStack,
  message: string,
  again: string[],
  options: StackOptions,
  before: Finding[],
): Promise<string | undefined> {
  try {
    await up(stack, stack.configFile, message, again);
  } catch (error) {
    return `pulumi up failed:${reasonOf(error)}`;
  }
  const worse = worseThan(before, await seen(options));
  return worse.length === 0 ? undefined : `from outside, it is not as it should be:\n${report(worse)}`;
}

/** @returns the failure as it is told: with what stands now */
async function goBack(
  stack: SiteStack,
  options: StackOptions,
  { commit, former, failure }: { commit: string; former: string | undefined; failure: string },
): Promise<SiteError> {
  const what = `deploy of ${commit.slice(0, 12)}: ${failure}`;
  if (former === undefined)
    return new SiteError(
      `${what}\nWhich commit stood before is not known (none, one with uncommitted changes, or not in this clone): nothing was put back. See ./site status, ./site rollback`,
    );
  if (former === commit)
    return new SiteError(`${what}\nThe same commit stood before: there is nothing to put back. See ./site status`);
  say(`${what}\ngoing back to ${former.slice(0, 12)}`);
  let found: Finding[];
  try {
    await settle(stack);
    found = await backTo(stack, former, (configFile) => seen({ ...options, configFile }));
  } catch (error) {
    return new SiteError(
      `${what}\n${former.slice(0, 12)} could not be put back:${reasonOf(error)}\nSee ./site status, ./site rollback, ./site restore`,
    );
  }
  const wrong = found.filter(({ state }) => state === "unwell");
  const well = wrong.length === 0 ? "all is well from outside" : `from outside:\n${report(wrong)}`;
  return new SiteError(`${what}\n${former.slice(0, 12)} stands again; ${well}`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
