import { trinode } from "./site";
import type { Verb } from "./verb";

/** `./site shell` */
export function shellCommand(verb: Verb): void {
  verb.parent
    .command("shell")
    .description("opens a shell as the site: its user, in its release, with its variables")
    .action(async () => {
      const site = await verb.site();
      process.exitCode = await site.connect(site.server("app"), (connection) => connection.attach(trinode(["run"])));
    });
}
