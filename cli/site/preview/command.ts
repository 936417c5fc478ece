import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LinodeType } from "../../../policy/cost";
import { monthlyCost } from "../../../policy/cost";
import { type Preview, plannedBy } from "../../../policy/previewed";
import { brokenRules } from "../../../policy/rules";
import { linodeTypes, withCost } from "../check/command";
import { type Previewed, previewOf } from "../check/preview";
import { exitCodes } from "../failure";
import type { SiteStack } from "../stack";
import type { Verb } from "../verb";
import { changesOf } from "./changes";
import { acceptable, comment, type Told } from "./comment";
import { mask, secretsOf } from "./mask";
import { checkSite } from "./siteCheck";

interface PreviewOptions {
  /** Directory for the files. */
  output?: string;
  /** Whether the site's own checks are run. */
  site: boolean;
  note?: string;
}

/** `./site preview [--output DIRECTORY]` */
export function previewCommand(verb: Verb): void {
  verb.parent
    .command("preview")
    .description("says in plain words what pulumi up would do: for the comment on a request, from any CI")
    .option("--output <directory>", "writes comment.md, preview.json and verdict.json there, too")
    .option("--no-site", "without the site's own checks (manage.py check --deploy, makemigrations --check)")
    .option("--note <text>", "a sentence for the comment, e.g. that the preview began with an empty state")
    .addHelpText(
      "after",
      "\nTouches no server and changes nothing. Secrets are masked in all of it.\nExit codes: 0 it may be merged, 1 it may not (data would be lost, a rule is broken, something is refused or fails), 2 no preview.",
    )
    .action(async (options: PreviewOptions) => {
      const stack = await verb.stack();
      const { told, text, preview } = await previewed(stack, options);
      if (options.output) write(resolve(verb.from, options.output), text, preview, told);
      verb.print({ stack: stack.name, acceptable: acceptable(told), comment: text }, text.trimEnd());
      process.exitCode = acceptable(told) ? exitCodes.well : exitCodes.failed;
    });
}

/** The comment on what `pulumi up` would do to a stack, secrets masked, and whether that may be done. */
export async function previewed(stack: SiteStack, options: Pick<PreviewOptions, "site" | "note">) {
  const found = await previewOf(stack);
  const told = await gather(stack, found, await stack.config(), options);
  const secrets = [...secretsOf(process.env), ...(await stack.secrets())];
  const preview = mask(JSON.stringify(found.preview, null, 2), secrets);
  return { told, preview, text: mask(comment(told), secrets), acceptable: acceptable(told) };
}

async function gather(
  { name }: SiteStack,
  { preview, errors }: Previewed,
  config: Record<string, unknown>,
  { site, note }: PreviewOptions,
): Promise<Told> {
  const types = await linodeTypes(process.env);
  return {
    stack: name,
    errors,
    changes: changesOf(preview),
    // Half a preview breaks rules that the whole one keeps.
    broken: errors.length > 0 ? [] : brokenRules(withCost(plannedBy(preview, "after"), types)),
    cost: {
      before: costOf(preview, "before", types),
      after: errors.length > 0 ? undefined : costOf(preview, "after", types),
    },
    ...(site && errors.length === 0 && { site: await checkSite(config, join(".trinode", name)) }),
    ...(note && { note }),
  };
}

function costOf(preview: Preview, when: "before" | "after", types: LinodeType[]): number {
  return monthlyCost(plannedBy(preview, when), types);
}

function write(directory: string, text: string, preview: string, told: Told): void {
  mkdirSync(directory, { recursive: true });
  const verdict = { stack: told.stack, acceptable: acceptable(told), changes: told.changes.length };
  for (const [name, content] of [
    ["comment.md", text],
    ["preview.json", `${preview}\n`],
    ["verdict.json", `${JSON.stringify(verdict)}\n`],
  ] as const)
    writeFileSync(join(directory, name), content);
}
