import { gzipSync } from "fflate";
import { pack } from "tar-stream";
import type { HostFile } from "./hostFile";
import { script } from "./template";

/** What one step sends to a host: scripts, the verb that is run, its values, and the files that the verb installs. */
export interface Bundle {
  /** Name of the script in `scripts/` (without `.sh`) that is run once everything has arrived. */
  verb: string;
  /** Further scripts that the verb calls, or that stay on the host for timers and operators: names below `scripts/`. */
  scripts: string[];
  files: HostFile[];
  /** Values for the verb. May be secret: they travel on standard input and live in a 0600 file while it runs. */
  environment: Record<string, string>;
}

/** Scripts that every bundle brings along. */
const always = ["trinode.sh", "lib/common.sh", "lib/files.sh"];

/**
 * What takes a bundle on a host. Short, because the provider repeats it in every error: what it does stands in `scripts/receive.sh`.
 * (By bash: /run takes no programs.)
 */
export const receiveBundle =
  'umask 077; bundle=$(mktemp -d /run/trinode.XXXXXXXX) && base64 -d | tar -xz -C "$bundle" && exec bash "$bundle/receive" "$bundle"';

/**
 * A bundle as text for the standard input of `receiveBundle`: base64 of a gzipped tar. The same bundle gives the same
 * text, so that an unchanged configuration gives an unchanged command.
 */
export async function encodeBundle(bundle: Bundle): Promise<string> {
  const entries: [name: string, mode: number, content: string][] = [
    ["receive", 0o700, script("receive.sh")],
    ["verb", 0o600, bundle.verb],
    ["environment", 0o600, shellAssignments(bundle.environment)],
    ["manifest", 0o600, bundle.files.map(manifestLine).join("")],
    ...bundle.files.map((f, i): [string, number, string] => [`files/${i}`, 0o600, f.content]),
    ...[...new Set([...always, `${bundle.verb}.sh`, ...bundle.scripts])].map((name): [string, number, string] => [
      `scripts/${name}`,
      0o755,
      script(name),
    ]),
  ];
  const tar = pack();
  for (const [name, mode, content] of entries) tar.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0 }, content);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  // Not zlib, whose output differs between processors and versions: on another machine every step would run again.
  return Buffer.from(gzipSync(Buffer.concat(parts), { mtime: 0 })).toString("base64");
}

function manifestLine(f: HostFile, index: number): string {
  const fields = [index, f.mode.toString(8), f.owner, f.group, f.path].map(String);
  if (fields.some((field) => /[\t\n]/.test(field))) throw new Error(`${f.path}: a path may hold no tab or line end`);
  return `${fields.join("\t")}\n`;
}

/** `NAME='value'` lines that a POSIX shell reads back unchanged. */
export function shellAssignments(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`"${name}" is not a variable's name`);
      return `${name}='${value.replaceAll("'", `'\\''`)}'\n`;
    })
    .join("");
}
