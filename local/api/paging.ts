import { type Reason, invalidAll } from "./errors";
import { filter } from "./filter";

/** A list as Linode answers it. */
export interface Page<T> {
  data: T[];
  page: number;
  /** 1 for an empty list. */
  pages: number;
  results: number;
}

/** The parts of a request that a list depends on. */
export interface ListRequest {
  query: unknown;
  headers: Record<string, unknown>;
}

/**
 * One page of a list, filtered by `X-Filter`. A page beyond the end is empty, not an error.
 * https://techdocs.akamai.com/linode-api/reference/pagination
 * @param fields what the list may be filtered and ordered by
 * @throws ApiError unless `page` ≥ 1 and 25 ≤ `page_size` ≤ 500 (default 100)
 */
export function page<T extends object>(request: ListRequest, rows: T[], fields: readonly string[] = []): Page<T> {
  const query = (request.query ?? {}) as { page?: unknown; page_size?: unknown };
  const reasons: Reason[] = [];
  const number = integer(query.page, 1, 1, Number.MAX_SAFE_INTEGER, "page", reasons);
  const size = integer(query.page_size, 100, 25, 500, "page_size", reasons);
  if (reasons.length > 0) throw invalidAll(reasons);
  const header = request.headers["x-filter"];
  const found = filter(rows, typeof header === "string" ? header : undefined, fields);
  const data = found.slice((number - 1) * size, number * size);
  return { data, page: number, pages: Math.max(1, Math.ceil(found.length / size)), results: found.length };
}

function integer(value: unknown, fallback: number, min: number, max: number, field: string, reasons: Reason[]): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number)) reasons.push({ reason: "Must be an integer", field });
  else if (number < min)
    reasons.push({ reason: max > 1000 ? `Must be ${min} or greater` : `Must be ${min}-${max}`, field });
  else if (number > max) reasons.push({ reason: `Must be ${min}-${max}`, field });
  return number;
}
