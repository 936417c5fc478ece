import { recover } from "../../recover";
import { reasonOf } from "../diagnostics";
import { exitCodes, SiteError } from "../failure";
import { pause } from "../power";
import { Site } from "../site";
import type { SiteStack } from "../stack";
import { up } from "../up";
import { openDoor } from "./door";
import { FormerMachines } from "./former";
import { open, release } from "./holding";
import { forget, note, type Rebuild } from "./note";
import { doneSince, putStateBack, wasKept } from "./state";

/**
 * Ends a rebuild that does not get on: the former machine takes its place again, with all that is on it, and the state is what it was. Cut
 * off, it goes on with the next call. @throws SiteError when there is nothing to go back from, or the new one is in use
 */
export async function goBack(stack: SiteStack, rebuild: Rebuild | undefined): Promise<void> {
  if (!rebuild) throw new SiteError("no rebuild is under way here: there is nothing to go back from", exitCodes.usage);
  if (rebuild.step === "proving" && rebuild.backup !== undefined)
    throw new SiteError(
      `the new ${rebuild.name} has been in use since: what was written there is nowhere else. To go on: ./site rebuild ${rebuild.name}`,
    );
  await recover(stack);
  const { back = { again: wasKept(stack) ? await doneSince(stack, rebuild) : [] } } = rebuild;
  const current = note(stack, { ...rebuild, back });
  if (current.step !== "saving") await takePlaceAgain(stack, current);
  const site = await Site.of(stack);
  await answering(site, current.name);
  await release(site, current);
  await openDoor(stack, current);
  if (current.step !== "saving") await doAgain(stack, back.again);
  await open(await Site.of(stack), current);
  forget(stack);
}

async function takePlaceAgain(stack: SiteStack, rebuild: Rebuild): Promise<void> {
  const machines = new FormerMachines();
  const id = await machines.removeNewcomer(rebuild.former);
  if (id !== undefined) process.stderr.write(`the new ${rebuild.name} (${id}) is deleted\n`);
  process.stderr.write(`switching ${rebuild.former.label} on, where it was\n`);
  await machines.putBack(rebuild.former);
  if (wasKept(stack)) await putStateBack(stack);
}

/** A machine that has just been switched on does not take connections at once. */
async function answering(site: Site, name: string): Promise<void> {
  for (const end = Date.now() + 180_000; ; await pause(2000)) {
    try {
      await site.connect(site.machine(name), (connection) => connection.exec(["true"]));
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** What other machines know of the new one, and what is protected, becomes what it was. */
async function doAgain(stack: SiteStack, again: string[]): Promise<void> {
  const replace = again.flatMap((urn) => ["--replace", urn]);
  await up(stack, stack.configFile, "./site rebuild --back", ["--refresh", ...replace]).catch((error: unknown) => {
    throw new SiteError(`the former machine is in its place, and pulumi up failed:${reasonOf(error)}`);
  });
}
