import { backupId } from "./backups/ids";
import { exitCodes, SiteError } from "./failure";
import { takeSnapshots } from "./machineSnapshots";
import { type Site, trinode } from "./site";
import type { Verb } from "./verb";

/** `./site backup` */
export function backupCommand(verb: Verb): void {
  verb.parent
    .command("backup")
    .description("copies database, uploads and configuration now; each copy is read back before it counts")
    .option(
      "--machine [name]",
      "in its place a snapshot at Linode of a whole machine (web, app, database …), or of all; it replaces that machine's former snapshot; needs LINODE_TOKEN",
    )
    .action(async ({ machine }: { machine?: string | true }) => {
      if (machine !== undefined) {
        const site = await verb.site();
        const taken = await takeSnapshots(machine === true ? site.servers : [site.machine(machine)], "by hand");
        verb.print({ machines: taken }, "made. See: ./site backups");
        return;
      }
      const id = await backUp(await verb.site());
      verb.print({ backup: id }, `backup ${id} is made and verified. See: ./site backups`);
    });
}

/** One backup, on all servers that have something of the site, side by side. @throws SiteError unless every copy was verified */
export async function backUp(site: Site): Promise<string> {
  const id = backupId(new Date());
  const machines = new Set([site.server("database"), site.server("app")]);
  const codes = await Promise.all(
    [...machines].map((server) =>
      site.connect(server, async (connection) => {
        const onErrors = (part: Buffer) => process.stderr.write(part);
        return (await connection.exec(trinode(["backup", id]), { onErrors })).code;
      }),
    ),
  );
  if (codes.includes(64) || codes.includes(127))
    throw new SiteError('a server has no "trinode backup" yet. Bring it there: pulumi up', exitCodes.unseen);
  if (codes.includes(75))
    throw new SiteError("another backup or restore is at work on a server. Wait for it, and try again.");
  if (codes.some((code) => code !== 0))
    throw new SiteError(`backup ${id} is not whole: see above. What could be copied is listed by: ./site backups`);
  return id;
}
