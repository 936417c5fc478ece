import { exitCodes, SiteError } from "./failure";
import { pause, Power } from "./power";
import { type Role, roles, type Server } from "./servers";
import type { Site } from "./site";
import type { Verb } from "./verb";

/** `./site start` */
export function startCommand(verb: Verb): void {
  verb.parent
    .command("start")
    .description("starts database, application, web, in this order, each seen to run before the next")
    .addHelpText("after", "\nLinodes that are off are switched on first, where LINODE_TOKEN is in the environment.")
    .action(async () => {
      const site = await verb.site();
      const say = (line: string) => process.stderr.write(`${line}\n`);
      const power = process.env.LINODE_TOKEN ? new Power() : undefined;
      for (const role of [...roles].reverse())
        for (const server of site.all(role)) {
          if (power) await switchOn(server, power, say);
          say((await startRole(site, server, role)).trim());
        }
      verb.print({ started: true }, "started");
    });
}

async function switchOn(server: Server, power: Power, say: (line: string) => void): Promise<void> {
  if (await power.isOn(server)) return;
  say(`switching ${server.label} on`);
  await power.on(server);
}

/** A machine that has just been switched on does not take connections at once. */
async function startRole(site: Site, server: Server, role: Role): Promise<string> {
  for (const end = Date.now() + 120_000; ; await pause(2000)) {
    try {
      return await site.trinode(server, "services", "start", role);
    } catch (error) {
      const away = error instanceof SiteError && error.code === exitCodes.unseen;
      if (!away || !process.env.LINODE_TOKEN || Date.now() > end) throw error;
    }
  }
}
