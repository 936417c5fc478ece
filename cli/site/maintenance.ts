import { Argument } from "commander";
import type { Verb } from "./verb";

/** `./site maintenance on|off` */
export function maintenanceCommand(verb: Verb): void {
  verb.parent
    .command("maintenance")
    .description("gives visitors a page that says so (503), or the site again; operators always get the site")
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .action(async (state: string) => {
      const site = await verb.site();
      const said = await site.trinode("web", "maintenance", state);
      verb.print({ maintenance: state === "on" }, said.trim());
    });
}
