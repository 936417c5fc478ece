import { SiteError } from "../failure";
import type { Verb } from "../verb";
import { goBack } from "./back";
import { isUnderWay, noted } from "./note";
import { rebuild } from "./rebuild";

/** `./site rebuild ROLE` */
export function rebuildCommand(verb: Verb): void {
  verb.parent
    .command("rebuild")
    .description(
      "makes a machine anew, brings onto it what was on the former one, and deletes that when the new one is proven",
    )
    .argument("<role>", "web, app (of several: app-2, …) or database; with topology single, the one machine")
    .option("--back", "ends one that does not get on: the former machine takes its place again")
    .addHelpText(
      "after",
      "\nIn order: what is on the machine is backed up, read back and fetched; it is switched off and kept; pulumi up makes another one in its\nplace; database and uploads come back onto that and are counted; a look from outside; the former machine is deleted. Needs LINODE_TOKEN.\nCut off anywhere, the same command goes on.",
    )
    .action(async (name: string, { back = false }: { back?: boolean }) => {
      const stack = await verb.stack();
      const other = noted(stack);
      if (other && isUnderWay(other))
        throw new SiteError(`./site rebuild ${other.name} is under way (process ${other.pid}). Wait for it.`);
      if (other && other.name !== name && !other.roles.some((role) => role === name))
        throw new SiteError(`${other.name} is not done yet. First: ./site rebuild ${other.name}`);
      if (back) {
        await goBack(stack, other);
        verb.print({ back: name }, `${name} is what it was`);
        return;
      }
      const rebuilt = await rebuild(stack, { ...verb.options, stack: stack.name }, name);
      verb.print(rebuilt, `${rebuilt.rebuilt} is made anew`);
    });
}
