import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { startTime } from "../process";
import { CommandFailed } from "../run";
import { readDiagnostics, reasonOf } from "./diagnostics";
import { sentence, SiteError } from "./failure";
import { beside, forget, note, settleKilled, switchBack } from "./killed";
import { probeStack } from "./probe/probe";
import { isSwitch, isSwitchName } from "./serving";
import type { SiteStack } from "./stack";
import { up } from "./up";

/** A change of a stack's configuration. */
export interface Change {
  /** The verb with its arguments, for messages and Pulumi's history; never a secret. */
  what: string;
  /** Makes the change in a file; done again when somebody has edited the stack's file meanwhile. */
  edit: (file: string) => Promise<void>;
}

/**
 * Changes a stack's configuration, and production with it: `pulumi up` runs with a changed copy beside, which becomes the stack's
 * file when it serves. Whatever ends it before (an error, Ctrl-C, a power cut), the file says what it said.
 * @throws SiteError when `pulumi up` fails
 */
export async function applyChange(stack: SiteStack, { what, edit }: Change): Promise<void> {
  if (!existsSync(stack.configFile))
    throw new SiteError(`there is no ${stack.configFile}: stack ${stack.name} has no configuration.`);
  await settleKilled(stack, () => replace(stack));
  const before = readFileSync(stack.configFile, "utf8");
  const next = await prepare(stack, edit);
  const id = randomUUID();
  note(stack, { what, id, before, pid: process.pid, began: startTime(process.pid) });
  const begun = Date.now();
  try {
    await up(stack, next, `./site ${what} [${id}]`);
  } catch (error) {
    const told = await settleFailure(stack, begun, error, () => commit(stack, before, edit));
    forget(stack);
    throw new SiteError(`${what} failed:${told}`);
  }
  await commit(stack, before, edit);
  forget(stack);
  // The change is done, whatever is seen: what is not well is told, and may have been so before.
  await probeStack(stack).catch((error: unknown) => {
    process.stderr.write(`the site was not looked at from outside: ${sentence(error)}\n`);
  });
}

/** A changed copy of the stack's file. */
async function prepare(stack: SiteStack, edit: Change["edit"]): Promise<string> {
  const next = beside(stack, "next.yaml");
  copyFileSync(stack.configFile, next);
  try {
    await edit(next);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  return next;
}

async function commit(stack: SiteStack, before: string, edit: Change["edit"]): Promise<void> {
  if (readFileSync(stack.configFile, "utf8") !== before) await prepare(stack, edit);
  replace(stack);
}

/** Written where the file is, so that it changes at once wherever that is. */
function replace(stack: SiteStack): void {
  copyFileSync(beside(stack, "next.yaml"), `${stack.configFile}.new`);
  renameSync(`${stack.configFile}.new`, stack.configFile);
}

/** Makes configuration and servers agree after a `pulumi up` that failed; tells why it did, and what holds now. */
async function settleFailure(
  stack: SiteStack,
  begun: number,
  error: unknown,
  commitChange: () => Promise<void>,
): Promise<string> {
  const found = error instanceof CommandFailed ? readDiagnostics(error.output) : [];
  const why = reasonOf(error);
  const switched = await switchedSince(stack, begun);
  if (switched === "all") {
    await commitChange();
    return `${why}\nWhat was asked for serves and stands in ${stack.configFile}; what comes after it does not. Finish it: pulumi up`;
  }
  // A step that ends by itself has seen to it that what served before goes on; one that was cut off has not.
  if (switched === "some" || found.some(({ resource, cutOff }) => cutOff && isSwitchName(resource)))
    await switchBack(stack);
  return `${why}\n${stack.configFile} is as it was, and so is what serves.`;
}

/** Of the steps that switch releases and variables, a server each, how many were done since; what comes after may have failed all the same. */
async function switchedSince(stack: SiteStack, begun: number): Promise<"all" | "some" | "none"> {
  const { resources } = await stack.state();
  const done = resources.filter(isSwitch).map((one) => new Date(one.modified ?? 0).getTime() >= begun);
  if (!done.includes(true)) return "none";
  return done.includes(false) ? "some" : "all";
}
