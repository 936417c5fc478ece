/** Filters of list functions. Source: terraform-provider-linode 3.1.1, linode/helper/frameworkfilter. */
import { createHash } from "node:crypto";
import type { Properties, Value } from "../../base";

export interface Filter {
  name: string;
  values: string[];
  /** @default "exact" */
  matchBy?: "exact" | "substring" | "sub" | "regex" | "re";
}

export interface FilterArguments {
  filters?: Filter[];
  /** @default "asc" */
  order?: string;
  orderBy?: string;
}

/** The X-Filter header: exact filters on fields that Linode filters by. */
export function filterHeader({ filters = [], order, orderBy }: FilterArguments, byLinode: readonly string[]): string {
  const and = filters
    .filter(({ name, matchBy }) => byLinode.includes(name) && isExact(matchBy))
    .map(({ name, values }) => ({ "+or": values.map((value) => ({ [name]: typed(value) })) }));
  return JSON.stringify({ "+and": and, "+order": order ?? "desc", ...(orderBy ? { "+order_by": orderBy } : {}) });
}

/** Those that match all filters which Linode did not apply. */
export function applyFilters<Item extends object>(
  items: Item[],
  { filters = [] }: FilterArguments,
  byLinode: readonly string[],
): Item[] {
  const here = filters.filter(({ name, matchBy }) => !byLinode.includes(name) || !isExact(matchBy));
  return items.filter((item) =>
    here.every((filter) => matches((item as Record<string, unknown>)[filter.name], filter)),
  );
}

export function filterResult(args: FilterArguments, name: string, items: Value[]): Properties {
  const { filters = [], order, orderBy } = args;
  const shown = filters.map(({ name, values, matchBy }) => ({ name, values, ...(matchBy ? { matchBy } : {}) }));
  const id = createHash("sha3-512")
    .update(JSON.stringify([filters, order, orderBy]))
    .digest("base64");
  return { id, filters: shown, ...(order ? { order } : {}), ...(orderBy ? { orderBy } : {}), [name]: items };
}

function isExact(matchBy: Filter["matchBy"]): boolean {
  return matchBy === undefined || matchBy === "exact";
}

function matches(value: unknown, { values, matchBy }: Filter): boolean {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return values.some((wanted) =>
    texts.some((text) => {
      if (isExact(matchBy)) return text === wanted;
      return matchBy === "regex" || matchBy === "re" ? new RegExp(wanted).test(text) : text.includes(wanted);
    }),
  );
}

function typed(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^\d+$/.test(value) ? Number(value) : value;
}
