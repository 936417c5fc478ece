import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { backups as backupsSchema } from "../../configBackups";
import { pulumi } from "../pulumi";
import { backUp } from "./backup";
import { getBackup } from "./backups/get";
import { isWhole, readBackups } from "./backups/list";
import { exitCodes, sentence, SiteError } from "./failure";
import { noted } from "./rebuild/note";
import type { Site } from "./site";
import type { Verb } from "./verb";

interface DestroyOptions {
  /** The stack's name: says that it is meant. @default it is asked for */
  yes?: string;
  /** Directory on this computer that gets the last backup, too. */
  to?: string;
  /** `false`: no last backup is made. @default true */
  backup?: boolean;
}

/** `./site destroy` */
export function destroyCommand(verb: Verb): void {
  verb.parent
    .command("destroy")
    .description(
      "makes a last backup, which is read back, and then deletes the stack's servers with all that is on them",
    )
    .option("--yes <stack>", "the stack's name, in place of being asked for it")
    .option("--to <directory>", "gets the last backup onto this computer, too; needed where there is no bucket")
    .option("--no-backup", "without a last backup: what has come since the newest one is lost")
    .action(async (options: DestroyOptions) => {
      const site = await verb.site();
      refuseHalfRebuilt(site);
      refuseProtected(site);
      const bucket = bucketOf(site);
      refuseWithoutPlace(bucket, options);
      process.stderr.write(`${whatGoes(site, bucket, options)}\n`);
      await confirm(site.stack.name, options.yes);
      const kept =
        options.backup === false
          ? undefined
          : await lastBackup(site, bucket, options.to && resolve(verb.from, options.to));
      await pulumi(site.stack, ["destroy", "--yes", "--skip-preview"], { show: "stderr" });
      verb.print(
        { destroyed: site.stack.name, backup: kept ?? null, bucket: bucket ?? null },
        farewell(site, bucket, kept),
      );
    });
}

/** What protects the machines has to be taken off on purpose, and by itself. */
function refuseProtected({ config, stack }: Site): void {
  if (config.protect === false || config.protect === "false") return;
  throw new SiteError(
    `${stack.name} is protected (trinode:protect). To take that off: pulumi config set trinode:protect false && pulumi up. Nothing was changed.`,
  );
}

/** Data may be on a machine that Pulumi knows no longer, and the state may say that the one it knows is not to be deleted. */
function refuseHalfRebuilt({ stack }: Site): void {
  const rebuild = noted(stack);
  if (!rebuild) return;
  const what = `./site rebuild ${rebuild.name}`;
  throw new SiteError(`${what} is not done. First go on: ${what}; or back: ${what} --back. Nothing was changed.`);
}

/** Where copies off the servers are, as people say it. */
function bucketOf({ config, stack }: Site): string | undefined {
  const { offsite, linode } = backupsSchema.parse(config.backups ?? {});
  const name = offsite?.bucket ?? linode?.bucket;
  return name === undefined ? undefined : `${name}/${offsite?.prefix ?? `${String(config.site)}/${stack.name}`}`;
}

function refuseWithoutPlace(bucket: string | undefined, { to, backup }: DestroyOptions): void {
  if (bucket !== undefined || to !== undefined || backup === false) return;
  throw new SiteError(
    "there is no bucket (trinode:backups), and the servers' own copies go with them: say where the last backup is to be kept, --to DIRECTORY. Nothing was changed.",
    exitCodes.usage,
  );
}

function whatGoes({ stack, servers }: Site, bucket: string | undefined, { backup, to }: DestroyOptions): string {
  const last =
    backup === false
      ? "No last backup is made: what has come since the newest one is lost."
      : "First a last backup is made, and read back; if that fails, nothing is deleted.";
  return [
    `This deletes the servers of ${stack.name} (${servers.map(({ label }) => label).join(", ")}) with their disks: database, uploads, logs, releases, and the copies that lie on them.`,
    last,
    bucket === undefined
      ? `Copies off the servers: ${to ? `that one, in ${to}` : "none"}.`
      : `The bucket stays, with every copy in it: ${bucket}.`,
    `${stack.configFile} stays, with the key of the copies; keep it, and the stack's passphrase.`,
  ].join("\n");
}

async function confirm(name: string, yes: string | undefined): Promise<void> {
  const said = yes ?? (await asked(name));
  if (said.trim() !== name)
    throw new SiteError(`"${said.trim()}" is not ${name}: nothing was changed.`, exitCodes.usage);
}

async function asked(name: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new SiteError(`say that it is meant: --yes ${name}. Nothing was changed.`, exitCodes.usage);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`Type ${name} to go on: `);
  } finally {
    terminal.close();
  }
}

/** @throws SiteError when it is not where it has to be, read back */
async function lastBackup(site: Site, bucket: string | undefined, directory: string | undefined): Promise<string> {
  const id = await backUp(site).catch((error: unknown) => {
    throw new SiteError(
      `${sentence(error)}\nThere is no last backup, and nothing was deleted. Without one, because servers are gone already, say: --no-backup`,
    );
  });
  const found = (await readBackups(site)).backups.find((one) => one.id === id);
  if (!found || !isWhole(found, bucket === undefined ? undefined : "offsite"))
    throw new SiteError(
      `backup ${id} was not read back from off the servers: nothing was deleted. See: ./site backups`,
    );
  if (directory !== undefined) {
    const place = await getBackup(site, id, directory, "any");
    process.stderr.write(`backup ${id} is in ${place}, and was read in full\n`);
  }
  return id;
}

function farewell({ stack }: Site, bucket: string | undefined, kept: string | undefined): string {
  const lines = [`${stack.name} is destroyed.`];
  if (kept !== undefined) lines.push(`The last backup is ${kept}${bucket ? `, in the bucket: ${bucket}` : ""}.`);
  if (bucket !== undefined)
    lines.push(
      `To have it back, from ${stack.configFile} and the passphrase: pulumi up, then: ./site restore ${kept ?? "latest"} --from offsite`,
    );
  return lines.join("\n");
}
