import type { HTTPMethods } from "fastify";
import type { Api } from "./app";
import { operations } from "./catalog";
import { ApiError } from "./errors";

const methods = ["GET", "POST", "PUT", "DELETE"] as const;

/** A path without the names of its parameters: `/linode/instances/{linodeId}` and `/linode/instances/:id` are the same. */
export function bare(path: string): string {
  return path.replace(/\{[^}]+\}|:[^/]+/g, "{}");
}

/**
 * Answers for what is not there: 501 for operations that Linode documents and the local Linode has not, naming them; 405 for
 * other methods of a path that is there. What neither knows is 404.
 * @param present what is there, as `GET /path`
 */
export function missingRoutes(app: Api, present: readonly string[]): void {
  const known = new Set(present.map(bare));
  const absent = operations.filter((operation) => !known.has(bare(operation)));
  for (const operation of absent)
    answer(
      app,
      operation,
      501,
      (path) => `${operation.split(" ")[0] ?? ""} ${path} is not implemented on the local Linode.`,
    );
  for (const operation of absent) known.add(bare(operation));
  for (const path of new Set([...present, ...absent].map((operation) => operation.split(" ")[1] ?? ""))) {
    for (const method of methods) {
      if (known.has(bare(`${method} ${path}`))) continue;
      known.add(bare(`${method} ${path}`));
      answer(app, `${method} ${path}`, 405, () => "Method Not Allowed");
    }
  }
}

function answer(app: Api, operation: string, status: number, reason: (path: string) => string): void {
  const [method, path] = operation.split(" ") as [HTTPMethods, string];
  app.route({
    method,
    url: path.replace(/\{([^}]+)\}/g, ":$1"),
    config: { missing: true },
    handler: (request) => {
      throw new ApiError(status, [{ reason: reason((request.url.split("?")[0] ?? "").replace(/^\/v4(beta)?/, "")) }]);
    },
  });
}
