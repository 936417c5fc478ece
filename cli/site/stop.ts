import { Power } from "./power";
import { roles, type Server } from "./servers";
import type { Site } from "./site";
import type { Verb } from "./verb";

interface StopOptions {
  machines?: boolean;
}

/** `./site stop [--machines]` */
export function stopCommand(verb: Verb): void {
  verb.parent
    .command("stop")
    .description("stops web, application, database, in this order, each seen to be stopped before the next")
    .option("--machines", "then switches the Linodes off; needs LINODE_TOKEN")
    .addHelpText(
      "after",
      "\nA stop lasts until ./site start: through reboots, and pulumi up refuses to touch stopped servers. With --machines it is the\nmachines that are off: whoever switches them on again, here or in Cloud Manager, has the site back.",
    )
    .action(async ({ machines = false }: StopOptions) => {
      const power = machines ? new Power() : undefined;
      const site = await verb.site();
      const say = (line: string) => process.stderr.write(`${line}\n`);
      const keep = machines ? ["--until-boot"] : [];
      for (const role of roles)
        for (const server of site.all(role)) {
          if (power && !(await power.isOn(server))) say(`${role}: ${server.label} is off`);
          else say((await site.trinode(server, "services", "stop", role, ...keep)).trim());
        }
      if (power) await switchOff(site, power, say);
      verb.print({ stopped: true, machines }, `stopped; start it again: ./site start`);
    });
}

async function switchOff(site: Site, power: Power, say: (line: string) => void): Promise<void> {
  for (const server of site.servers) {
    await power.off(server);
    say(`${nameOf(server)}: ${server.label} is off`);
  }
}

function nameOf({ roles: its }: Server): string {
  return its.join(", ");
}
