import { exitCodes, SiteError } from "../failure";
import { previewed } from "../preview/command";
import type { Verb } from "../verb";
import { deploy, settle } from "./deploy";

/** `./site deploy` */
export function deployCommand(verb: Verb): void {
  verb.parent
    .command("deploy")
    .description(
      "brings the commit that is checked out to production, and goes back when it does not serve as it should",
    )
    .option("--no-site", "without the site's own checks (manage.py check --deploy, makemigrations --check)")
    .addHelpText(
      "after",
      "\nIn order: what a killed run has left is put right; a preview, which has to be acceptable; a backup; pulumi up; a look from outside.\nWhere one fails, the commit that stood before is checked out beside, and pulumi up runs there. A database that has moved on since is not\nput back by that: see ./site rollback. Exit codes: 0 it serves; 1 it does not, and what stands now is said; 2 nothing can be said.",
    )
    .action(async ({ site }: { site: boolean }) => {
      const stack = await verb.stack();
      const again = await settle(stack);
      const { acceptable, text } = await previewed(stack, { site });
      process.stderr.write(`${text}\n`);
      if (!acceptable) throw new SiteError("that is not deployed: see above. Nothing was changed.", exitCodes.failed);
      const deployed = await deploy(stack, verb.options, again);
      verb.print(deployed, `${deployed.commit.slice(0, 12)} serves`);
    });
}
