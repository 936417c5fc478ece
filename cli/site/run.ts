import { trinode } from "./site";
import type { Verb } from "./verb";

/** `./site run -- manage.py …` */
export function runCommand(verb: Verb): void {
  verb.parent
    .command("run")
    .description("runs a command as the site: its user, its release, its variables, its Python")
    .option("--on <server>", "of several application servers, e.g. app-2; without, the first")
    .argument("<word...>", "after --, e.g. -- manage.py createsuperuser, or -- python -V")
    .action(async (words: string[], { on }: { on?: string }) => {
      const site = await verb.site();
      const server = on === undefined ? site.server("app") : site.named(on, "app");
      process.exitCode = await site.connect(server, (connection) => connection.attach(trinode(["run", ...words])));
    });
}
