import { trinode } from "./site";
import type { Verb } from "./verb";

/** `./site run -- manage.py …` */
export function runCommand(verb: Verb): void {
  verb.parent
    .command("run")
    .description("runs a command as the site: its user, its release, its variables, its Python")
    .argument("<word...>", "after --, e.g. -- manage.py createsuperuser, or -- python -V")
    .action(async (words: string[]) => {
      const site = await verb.site();
      process.exitCode = await site.connect(site.server("app"), (connection) =>
        connection.attach(trinode(["run", ...words])),
      );
    });
}
