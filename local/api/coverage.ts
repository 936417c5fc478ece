import { operations as documented } from "./catalog";

/** Where the table stands in `docs/local-linode.md`. */
export const begin = "<!-- coverage: begin (npx tsx local/api/coverage.main.ts) -->";
export const end = "<!-- coverage: end -->";

/** A path with the names that Linode's documentation has for its parameters where there are any. */
const bare = (operation: string): string => operation.replace(/\{[^}]+\}|:[^/]+/g, "{}");

/**
 * The table of what the local Linode has, by family, and how much of what Linode documents that is.
 * @param present as `GET /linode/instances/:id`
 */
export function coverageTable(present: readonly string[]): string {
  const names = new Map(documented.map((operation) => [bare(operation), operation.split(" ")[1] ?? ""]));
  const paths = new Map<string, string[]>();
  for (const operation of present) {
    const [method = "", path = ""] = operation.split(" ");
    const name = names.get(bare(operation)) ?? path.replace(/:(\w+)/g, "{$1}");
    paths.set(name, [...(paths.get(name) ?? []), method]);
  }
  const known = new Set(present.map(bare));
  const there = documented.filter((operation) => known.has(bare(operation))).length;
  const rows = [...paths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, methods]) => `| \`${path}\` | ${methods.sort(byUse).join(", ")} |`);
  return [
    `${there} of the ${documented.length} operations that Linode documents (4.229.1), and ${present.length - there} more. All others answer 501.`,
    "",
    "| path | methods |",
    "| --- | --- |",
    ...rows,
  ].join("\n");
}

/** The page with the table that is true now. @throws when the page has no place for it */
export function withCoverage(page: string, present: readonly string[]): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${coverageTable(present)}\n\n${page.slice(to)}`;
}

const use = ["GET", "POST", "PUT", "DELETE"];
const byUse = (a: string, b: string): number => use.indexOf(a) - use.indexOf(b);
