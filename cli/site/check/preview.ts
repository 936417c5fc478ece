import { stripVTControlCharacters } from "node:util";
import type { Preview } from "../../../policy/previewed";
import { type Stack, pulumi } from "../../pulumi";
import { CommandFailed } from "../../run";
import { exitCodes, SiteError } from "../failure";

/** What `pulumi preview` would do to a stack, and why it can't where it can't. */
export interface Previewed {
  preview: Preview;
  /** What Pulumi and the program refuse, a sentence each. @default nothing is refused */
  errors: string[];
}

/** Previews a stack: no server is touched, and nothing changes. @throws SiteError when there is no preview at all */
export async function previewOf(stack: Stack, more: string[] = []): Promise<Previewed> {
  const printed = await pulumi(stack, ["preview", "--json", "--show-sames", ...more]).catch((error: unknown) => {
    if (error instanceof CommandFailed) return error.output;
    throw error;
  });
  return readPreview(printed);
}

/** Reads what `pulumi preview --json` prints, with whatever follows it on standard error. @throws SiteError */
export function readPreview(printed: string): Previewed {
  const begin = printed.indexOf("{");
  const end = printed.lastIndexOf("\n}");
  if (begin < 0 || end < begin) throw noPreview(printed);
  let preview: Preview;
  try {
    preview = JSON.parse(printed.slice(begin, end + 2)) as Preview;
  } catch {
    throw noPreview(printed);
  }
  const { diagnostics = [] } = preview;
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => cleaned(message));
  return { preview: { ...preview, steps: preview.steps ?? [] }, errors: [...new Set(errors)].filter(Boolean) };
}

function noPreview(printed: string): SiteError {
  return new SiteError(`there is no preview: ${printed.trim() || "Pulumi said nothing"}`, exitCodes.unseen);
}

/** A message without its colours and without the sentence that only says that there was an error. */
function cleaned(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/<\{%[a-z]+%\}>/g, "")
    .replace(/^(error: )?preview failed$/m, "")
    .replace(/^error: /, "")
    .trim();
}
