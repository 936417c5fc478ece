import { place } from "./site/preview/words";
import { sayable } from "./site/up";

/** What has happened when a step is done, by the end of its name. The rest is a matter of a moment. */
const DONE: [RegExp, string][] = [
  [/-instance$/, "the Linode runs"],
  [/-contact$/, "it answers SSH"],
  [/-setup$/, "it is set up"],
  [/-dump$/, "the dump is restored"],
  [/-build$/, "the release is built"],
  [/-release$/, "the release serves"],
  [/-certificate$/, "the certificate is there"],
];

/** Prints what somebody who waits for `pulumi up`, or `destroy`, wants to know. */
export function showProgress(line: string): void {
  const words = progressOf(line);
  if (words) process.stdout.write(`  ${words}\n`);
}

/**
 * A line of Pulumi as that: ` +  command:remote:Command web-setup created (12s)` becomes `web server: it is set up (12 s)`. Empty for what
 * is a matter of a moment.
 */
export function progressOf(line: string): string {
  const [, name = "", verb, seconds] = /^ *[~+-]{1,2} +\S+ (\S+) (\w+ed) \(([\d.]+)s\)/.exec(line) ?? [];
  if (/^ *error:|\*\*\w+ failed\*\*/.test(line)) return line.trim();
  if (verb === "deleted") return name.endsWith("-instance") ? `${place(name)}: the Linode is gone` : "";
  const [, done] = DONE.find(([rule]) => rule.test(name)) ?? [];
  return done ? `${place(name)}: ${done} (${Math.round(Number(seconds))} s)` : sayable(line);
}
