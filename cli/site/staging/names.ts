import { join } from "node:path";
import { SiteError } from "../failure";

/** Stacks that may come and go: of a request, or a staging by name. Nothing else is ever taken down here. */
const disposable = /^(pr-[1-9]\d{0,8}|staging(-[a-z0-9]+)+)$/;

export function isDisposable(stack: string): boolean {
  return disposable.test(stack) && stack.length <= 24;
}

/** @throws SiteError for a name that could be a production's */
export function mustBeDisposable(stack: string): void {
  if (!isDisposable(stack))
    throw new SiteError(`"${stack}" is no staging stack's name. Use pr-7 (a request's number) or staging-something.`);
}

/** Out of the way of what is kept in git. */
export const stagingDirectory = (stack: string): string => join(".trinode", stack);
export const stagingFile = (stack: string): string => join(stagingDirectory(stack), `Pulumi.${stack}.yaml`);
