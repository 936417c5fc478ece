import type { Violation } from "../../../policy/plan";
import type { Change, Kind } from "./changes";
import { atMost, block, code } from "./markdown";
import { type Effect, tell } from "./words";

/** What a comment on a request tells. */
export interface Told {
  stack: string;
  changes: Change[];
  /** What Pulumi and the program refuse. */
  errors: string[];
  broken: Violation[];
  /** US dollars a month; `undefined` for what can't be told. */
  cost: { before: number | undefined; after: number | undefined };
  /** @default the site was not looked at */
  site?: SiteChecks;
  /** Says how the preview was made, e.g. that it began with an empty state. @default nothing */
  note?: string;
}

/** What the site's own checks said. */
export interface SiteChecks {
  /** A sentence for each that failed, with what it printed. */
  failed: { what: string; printed: string }[];
  passed: string[];
}

/** GitHub takes 65,536 characters. */
const most = 60_000;

/** What stands first in the comment: by it, it is found again and updated in place. */
export const marker = (stack: string) => `<!-- trinode-preview ${stack.replace(/[^A-Za-z0-9._-]/g, "")} -->`;

/** Whether a request may be merged, as far as a preview can tell. */
export function acceptable({ changes, errors, broken, site }: Told): boolean {
  return ![errors, broken, site?.failed ?? [], changes.filter(({ losesData, refused }) => losesData || refused)].some(
    (wrong) => wrong.length > 0,
  );
}

/** The comment, as Markdown: in plain words, safe whatever names and messages hold. */
export function comment(told: Told): string {
  const parts = [
    marker(told.stack),
    `### ${headline(told)}`,
    ...(told.note ? [told.note] : []),
    ...refused(told),
    ...losses(told),
    ...changed(told),
    costs(told.cost),
    ...brokenRules(told),
    ...siteChecks(told),
    "*No server was touched. A preview can say more than then happens: a step whose content differs is done, and restarts only what it must. The full preview is kept as an artefact.*",
  ];
  return `${atMost(parts.join("\n\n"), most, "*… cut here: see the artefact for all of it.*")}\n`;
}

function headline(told: Told): string {
  const where = `on ${code(told.stack)}`;
  if (told.errors.length > 0) return `⛔ There is no preview ${where}`;
  if (told.changes.some(({ losesData }) => losesData)) return `⛔ This would destroy data ${where}`;
  if (told.changes.some(({ refused }) => refused)) return `⛔ The servers would refuse this ${where}`;
  if (told.broken.length > 0) return `⛔ This breaks a rule ${where}`;
  if ((told.site?.failed.length ?? 0) > 0) return `⛔ The site's own checks fail (stack ${code(told.stack)})`;
  if (told.changes.length === 0) return `✅ Nothing changes ${where}`;
  return `✅ ${counted(told.changes)} ${where}`;
}

function counted(changes: Change[]): string {
  const kinds: Kind[] = ["created", "updated", "replaced", "deleted"];
  const counts = kinds.map((kind) => [kind, changes.filter((one) => one.kind === kind).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function refused({ errors }: Told): string[] {
  return errors.length === 0 ? [] : ["It was refused:", ...errors.map((error) => block(error))];
}

function losses({ changes }: Told): string[] {
  const lost = changes.filter(({ losesData }) => losesData);
  if (lost.length === 0) return [];
  const remedy = "If that is meant: take a backup, do it by hand as docs/changes.md says, and not by merging this.";
  return ["**Would be destroyed:**", list(lost.map((one) => tell(one).text)), remedy];
}

const titles: [Effect, string][] = [
  ["refused", "Refused by the server, before anything changes on it"],
  ["off", "Away for a time"],
  ["restarts", "Restarted or reloaded, where its content asks for it"],
  ["noticed by nobody", "Noticed by nobody"],
];

function changed({ changes }: Told): string[] {
  const told = changes.filter(({ losesData }) => !losesData).map((one) => ({ ...tell(one), kind: one.kind }));
  return titles.flatMap(([effect, title]) => {
    const these = told.filter((one) => one.effect === effect);
    if (these.length === 0) return [];
    const lines = list(these.map(({ kind, text }) => `${kind}: ${text}`));
    // A whole production is forty lines that nobody reads one by one.
    return these.length <= 12
      ? [`**${title}**`, lines]
      : [`<details><summary><b>${title}</b>: ${these.length}</summary>`, lines, "</details>"];
  });
}

function costs({ before, after }: Told["cost"]): string {
  const dollars = (sum: number | undefined) => (sum === undefined ? "not known" : `$${sum}`);
  if (before === after) return `**Cost a month:** ${dollars(after)}, as before.`;
  const sign = (difference: number) => `${difference > 0 ? "+" : "−"}$${Math.round(Math.abs(difference) * 100) / 100}`;
  const difference = before === undefined || after === undefined ? "" : ` (${sign(after - before)})`;
  return `**Cost a month:** ${dollars(before)} → ${dollars(after)}${difference}, by Linode's list, without transfer and taxes.`;
}

function brokenRules({ broken }: Told): string[] {
  if (broken.length === 0) return [];
  return [
    "**Rules that it breaks:**",
    list(broken.map(({ rule, where, message }) => `${code(rule)}, ${code(where)}: ${code(message)}`)),
  ];
}

function siteChecks({ site }: Told): string[] {
  if (!site) return ["**The site's own checks** were not run."];
  const passed =
    site.passed.length > 0
      ? [`**The site's own checks** that pass: ${site.passed.map((one) => code(one)).join(", ")}.`]
      : [];
  return [...site.failed.flatMap(({ what, printed }) => [`**${code(what)} fails:**`, block(printed)]), ...passed];
}

const list = (lines: string[]) => lines.map((line) => `- ${line}`).join("\n");
