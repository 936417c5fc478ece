import type { FastifyReply, FastifyRequest } from "fastify";
import { tooManyRequests } from "./errors";
import { type RateLimits, limits } from "./limits";

/** The headers that Linode sends with every answer. */
export function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const { scope = "*" } = request.routeOptions.config;
  void reply.headers({
    "x-oauth-scopes": "*",
    "x-accepted-oauth-scopes":
      scope === "*" ? "*" : `${scope}:${request.method === "GET" ? "read_only" : "read_write"}`,
    "x-spec-version": "4.229.1",
    "cache-control": "private, max-age=0, s-maxage=0, no-cache, no-store",
    vary: "Authorization, X-Filter",
    "access-control-allow-origin": "*",
  });
}

/** Counts the request, and says so in headers. @throws ApiError 429 when there were too many */
export function limit(request: FastifyRequest, reply: FastifyReply, rateLimits: RateLimits): void {
  const { url = "", config } = request.routeOptions;
  if (url.startsWith("/local/")) return;
  const allowed = config.limit ?? limits.usual;
  const { remaining, reset, exceeded } = rateLimits.take(`${request.method} ${url}`, allowed);
  void reply.headers({
    "x-ratelimit-limit": String(allowed.requests),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(reset / 1000)),
  });
  if (exceeded) throw tooManyRequests(Math.max(1, Math.ceil((reset - Date.now()) / 1000)));
}
