/** One entry of Linode's `{"errors": […]}`. */
export interface Reason {
  reason: string;
  /** The request's field that is wrong, e.g. `rules.inbound[0].ports`; absent when it is about no field. */
  field?: string;
}

/** An answer other than 200, as Linode gives it. Thrown anywhere below a route; the server turns it into the response. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reasons: [Reason, ...Reason[]],
    readonly headers: Record<string, string> = {},
  ) {
    super(reasons.map((one) => (one.field ? `[${one.field}] ${one.reason}` : one.reason)).join("; "));
    this.name = "ApiError";
  }
}

/** 400 with one reason. */
export function invalid(reason: string, field?: string): ApiError {
  return new ApiError(400, [field === undefined ? { reason } : { reason, field }]);
}

/** 400 with all reasons at once. @throws TypeError when there is none: clients take an empty list for a success. */
export function invalidAll(reasons: Reason[]): ApiError {
  const [first, ...rest] = reasons;
  if (!first) throw new TypeError("an error answer needs at least one reason");
  return new ApiError(400, [first, ...rest]);
}

export const notFound = (): ApiError => new ApiError(404, [{ reason: "Not found" }]);
/** @param seconds until it is worth trying again */
export const tooManyRequests = (seconds: number): ApiError =>
  new ApiError(429, [{ reason: "Too many requests" }], { "retry-after": String(seconds) });
export const invalidToken = (): ApiError => new ApiError(401, [{ reason: "Invalid Token" }]);
/** Clients wait and try again on exactly this sentence. */
export const linodeBusy = (): ApiError => invalid("Linode busy.");

/** What Linode has and the local Linode has not: said so, never made up. */
export function notHere(what: string, field?: string): ApiError {
  const reason = `${what} is not available on the local Linode.`;
  return new ApiError(400, [field === undefined ? { reason } : { reason, field }]);
}

/** Found, or Linode's 404. */
export function must<T>(found: T | undefined): T {
  if (found === undefined) throw notFound();
  return found;
}
