import { createHash } from "node:crypto";

/** Linode's own limit for a firewall's label, the shortest of those that we use. */
const longest = 32;

/**
 * `<site>-<stack>-<role>`, as labels at Linode are. What would be longer than 32 characters is shortened in the middle, with four
 * characters of its hash, so that two long stacks of one site stay apart.
 */
export function label(site: string, stack: string, role: string): string {
  // Linode allows no two dashes in a row, and a letter or digit at the end.
  const middle = stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const whole = `${site}-${middle}-${role}`;
  if (middle === stack && whole.length <= longest) return whole;
  const hash = createHash("sha256").update(`${site}/${stack}`).digest("hex").slice(0, 4);
  const room = longest - `${site}--${hash}-${role}`.length;
  return `${site}-${middle.slice(0, room).replace(/-$/, "")}-${hash}-${role}`.replace(/--+/g, "-");
}

/** Tags of everything that a stack has at Linode; by them it is found again when its state is lost. 3 to 50 characters each. */
export function tagsOf(site: string, stack: string): string[] {
  return ["trinode", `site:${site}`, `stack:${stack}`.slice(0, 50)];
}
