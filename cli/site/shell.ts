import { trinode } from "./site";
import type { Verb } from "./verb";

/** `./site shell` */
export function shellCommand(verb: Verb): void {
  verb.parent
    .command("shell")
    .description("opens a shell as the site: its user, in its release, with its variables")
    .option("--on <server>", "of several application servers, e.g. app-2; without, the first")
    .action(async ({ on }: { on?: string }) => {
      const site = await verb.site();
      const server = on === undefined ? site.server("app") : site.named(on, "app");
      process.exitCode = await site.connect(server, (connection) => connection.attach(trinode(["run"])));
    });
}
