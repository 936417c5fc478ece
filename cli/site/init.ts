import { randomBytes } from "node:crypto";
import type { SiteStack } from "./stack";
import type { Verb } from "./verb";

/** `./site init` */
export function initCommand(verb: Verb): void {
  verb.parent
    .command("init")
    .description(
      "puts into the stack's file what must outlive the stack: the key that copies off the servers are encrypted with",
    )
    .action(async () => {
      const stack = await verb.stack();
      const key = await makeBackupKey(stack);
      verb.print({ backupKey: key ?? null }, key === undefined ? isThere(stack) : shown(stack, key));
    });
}

/** Makes the key and puts it, encrypted, into the stack's file. One that is there is never replaced, nor shown: `undefined`. */
export async function makeBackupKey(
  stack: Pick<SiteStack, "config" | "configFile" | "setValue">,
): Promise<string | undefined> {
  const { key: known } = ((await stack.config()).backups ?? {}) as { key?: string };
  if (known !== undefined) return undefined;
  const key = randomBytes(32).toString("base64url");
  await stack.setValue(stack.configFile, "trinode:backups.key", key, true);
  return key;
}

function isThere({ configFile }: SiteStack): string {
  return `${configFile} has a backup key already; it stays. To see it: pulumi config get --path trinode:backups.key`;
}

function shown({ configFile }: SiteStack, key: string): string {
  return [
    `${configFile} has a backup key now, encrypted with the stack's passphrase. It is shown this once:`,
    "",
    `  ${key}`,
    "",
    "Keep it where neither the servers nor this file are, on paper for instance: whoever has it and the bucket has the data, and",
    `without it (here or in ${configFile}) the copies in the bucket are lost. Commit the file.`,
  ].join("\n");
}
