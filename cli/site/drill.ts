import type { Drill } from "./backups/list";
import { SiteError } from "./failure";
import { type Site, trinode } from "./site";
import type { Verb } from "./verb";

/** `./site drill` */
export function drillCommand(verb: Verb): void {
  verb.parent
    .command("drill")
    .description(
      "restores the newest copy into a database of its own, has the site check it, measures, and throws it away",
    )
    .action(async () => {
      const drill = await tryCopy(await verb.site());
      verb.print(drill, drillText(drill));
    });
}

/** The two servers meet in the database; when its server is done, nothing is left to wait for. @throws SiteError when the copy is not good */
async function tryCopy(site: Site): Promise<Drill> {
  const told: string[] = [];
  const onErrors = (part: Buffer) => {
    told.push(part.toString());
    process.stderr.write(part);
  };
  await site.connect(site.server("app"), async (app) => {
    // How it ends is what the database server hears, and says.
    const looking = app
      .exec(trinode(["drill-site"]), { onErrors: (part) => process.stderr.write(part) })
      .catch(() => undefined);
    const { code } = await site.connect(site.server("database"), (connection) =>
      connection.exec(trinode(["drill"]), { onErrors }),
    );
    if (code === 75) throw new SiteError("another drill is at work on a server. Wait for it, and try again.");
    if (code === 64 || code === 127)
      throw new SiteError('the database server has no "trinode drill" yet. Bring it there: pulumi up');
    if (code !== 0)
      throw new SiteError(
        told
          .join("")
          .trim()
          .split("\n")
          .pop()
          ?.replace(/^drill: /, "") ?? "the drill failed",
      );
    await looking;
  });
  const { stdout } = await site.try("database", "backups", "--json");
  const [drill] = (JSON.parse(stdout) as { drills: Drill[] }).drills;
  if (!drill) throw new SiteError("the drill left no evidence");
  return drill;
}

export function drillText({ backup, place, rows, tables, seconds, uploads, site }: Drill): string {
  const time = Object.entries(seconds).map(([name, value]) => `${name} ${value.toFixed(1)} s`);
  return [
    `backup ${backup} came back ${place === "offsite" ? "from off the servers" : "from the server itself"}: all ${rows} rows of ${tables} tables`,
    `the site's check passed, ${site?.migrated.length ?? 0} migrations were to run; ${uploads?.files ?? 0} uploads were read in full`,
    time.join(", "),
  ].join("\n");
}
