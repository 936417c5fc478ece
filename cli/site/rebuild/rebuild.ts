import { recover } from "../../recover";
import { seen, worseThan } from "../probe/seen";
import { reasonOf } from "../diagnostics";
import { sentence, SiteError } from "../failure";
import { Site } from "../site";
import type { SiteStack, StackOptions } from "../stack";
import { report } from "../status/report";
import { up } from "../up";
import { begin } from "./begin";
import { closeDoor, openDoor } from "./door";
import { FormerMachines, formerLabel } from "./former";
import { hold, open, release } from "./holding";
import { bringBack, fetchCopies, lastBackup } from "./moving";
import { forget, note, noted, type Rebuild, type Step, steps } from "./note";
import { readyToReplace } from "./state";
import { inAgain, takeOut } from "./upstream";

/** What a rebuild came to. */
export interface Rebuilt {
  rebuilt: string;
  /** At Linode. */
  former: number;
  /** @default there was nothing to bring over */
  backup?: string;
}

/**
 * Makes a machine anew by name; what lies on it comes onto the new one, and it goes when that is proven. One that was cut off goes on
 * where it was. @throws SiteError saying how it stands, and how it goes on
 */
export async function rebuild(stack: SiteStack, options: StackOptions, name: string): Promise<Rebuilt> {
  await recover(stack);
  let current = noted(stack) ?? (await begin(stack, options, name));
  if (current.back)
    throw new SiteError(`${current.name} is on its way back. First: ./site rebuild ${current.name} --back`);
  for (const step of steps.slice(steps.indexOf(current.step))) {
    current = note(stack, { ...current, step });
    current = await inStep(stack, current, () => doing[step](stack, current, options));
  }
  forget(stack);
  const { former, backup } = current;
  return { rebuilt: current.name, former: former.id, ...(backup !== undefined && { backup }) };
}

type Doing = (stack: SiteStack, rebuild: Rebuild, options: StackOptions) => Promise<Rebuild>;

const doing: Record<Step, Doing> = { saving: save, leaving: leave, making: make, restoring: restore, proving: prove };

/** Tells a failure with how it stands, and how it goes on. */
async function inStep(
  stack: SiteStack,
  { name, former, step }: Rebuild,
  act: () => Promise<Rebuild>,
): Promise<Rebuild> {
  try {
    return await act();
  } catch (error) {
    const why = sentence(error);
    if (noted(stack) === undefined) throw new SiteError(`${why}\nNothing was changed, and the site goes on.`);
    const where =
      step === "saving"
        ? "No machine has left its place, but nothing may be written"
        : `The former machine is kept: ${formerLabel(former.label)} (${former.id}), with all that was on it`;
    throw new SiteError(
      `${why}\n${where}. To go on: ./site rebuild ${name}. To go back: ./site rebuild ${name} --back`,
    );
  }
}

/** While nothing is written any more, a last backup. Where it fails, the site goes on as it was. */
async function save(stack: SiteStack, current: Rebuild): Promise<Rebuild> {
  const { data, name } = current;
  if (!data.database && !data.uploads) return current;
  const site = await Site.of(stack);
  try {
    await takeOut(site, current);
    say(`nothing is written on ${name} from here on`);
    await hold(site, current);
    const backup = await lastBackup(site);
    await fetchCopies(site, current);
    say(`backup ${backup} is made and verified, and its copies are here`);
    return note(stack, { ...current, backup });
  } catch (error) {
    await release(site, current);
    await open(site, current);
    forget(stack);
    throw error;
  }
}

async function leave(stack: SiteStack, current: Rebuild): Promise<Rebuild> {
  const machines = new FormerMachines();
  const place = current.former.place ?? (await machines.placeOf(current.former.id));
  const former = { ...current.former, ...(place && { place }) };
  const next = note(stack, { ...current, former });
  await takeOut(await Site.of(stack), next);
  say(`switching ${former.label} off; it is kept as ${formerLabel(former.label)}`);
  await machines.setAside(former);
  return next;
}

async function make(stack: SiteStack, current: Rebuild): Promise<Rebuild> {
  const replace = [...(await readyToReplace(stack, current)), ...inAgain(current)];
  const next = await closeDoor(stack, current);
  say(`making ${current.name} anew`);
  await up(stack, stack.configFile, `./site rebuild ${current.name}`, replace).catch((error: unknown) => {
    throw new SiteError(`pulumi up failed:${reasonOf(error)}`);
  });
  return next;
}

async function restore(stack: SiteStack, current: Rebuild): Promise<Rebuild> {
  await bringBack(await Site.of(stack), current);
  return current;
}

/** The new one is as good as the former was: that one goes. */
async function prove(stack: SiteStack, current: Rebuild, options: StackOptions): Promise<Rebuild> {
  await open(await Site.of(stack), current);
  await openDoor(stack, current);
  const worse = worseThan(current.unwell, await seen(options));
  if (worse.length > 0)
    throw new SiteError(`the new ${current.name} stands, and from outside all is not as it was:\n${report(worse)}`);
  await new FormerMachines().remove(current.former);
  say(`${formerLabel(current.former.label)} is deleted`);
  return current;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
