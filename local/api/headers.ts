import type { FastifyReply, FastifyRequest } from "fastify";

/** Linode's usual limit: 800 requests in two minutes. */
const usualLimit = 800;
const windowMs = 120_000;

/**
 * The headers that Linode sends with every answer. Limits are counted and told, never enforced: the local Linode is polled
 * faster than Linode may be; a 429 is provoked on purpose (`/local/faults`).
 */
export class AnswerHeaders {
  private readonly counts = new Map<string, { left: number; reset: number }>();

  set(request: FastifyRequest, reply: FastifyReply): void {
    const { scope = "*", limit = usualLimit } = request.routeOptions.config;
    const { left, reset } = this.count(`${request.method} ${request.routeOptions.url ?? ""}`, limit);
    void reply.headers({
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(left),
      "x-ratelimit-reset": String(Math.ceil(reset / 1000)),
      "x-oauth-scopes": "*",
      "x-accepted-oauth-scopes":
        scope === "*" ? "*" : `${scope}:${request.method === "GET" ? "read_only" : "read_write"}`,
      "x-spec-version": "4.229.1",
      "cache-control": "private, max-age=0, s-maxage=0, no-cache, no-store",
      vary: "Authorization, X-Filter",
      "access-control-allow-origin": "*",
    });
  }

  private count(route: string, limit: number): { left: number; reset: number } {
    const now = Date.now();
    const current = this.counts.get(route);
    const entry = current && current.reset > now ? current : { left: limit, reset: now + windowMs };
    entry.left = Math.max(0, entry.left - 1);
    this.counts.set(route, entry);
    return entry;
  }
}
