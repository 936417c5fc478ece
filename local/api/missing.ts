import { operations } from "./catalog";
import { ApiError, notFound } from "./errors";

interface Known {
  path: RegExp;
  methods: Set<string>;
}

/**
 * What to say to a request that no route takes: 501 for an operation that Linode documents and the local Linode has not,
 * naming it; 405 for another method of a path that is there; 404 for all else.
 * @param present what is there, as `GET /linode/instances/:id`
 */
export function missing(present: readonly string[]): (method: string, path: string) => ApiError {
  const [here, documented] = [known(present), known(operations)];
  return (method, path) => {
    const at = documented.filter((one) => one.path.test(path));
    if (at.some((one) => one.methods.has(method))) {
      return new ApiError(501, [{ reason: `${method} ${path} is not implemented on the local Linode.` }]);
    }
    const elsewhere = at.length > 0 || here.some((one) => one.path.test(path));
    return elsewhere ? new ApiError(405, [{ reason: "Method Not Allowed" }]) : notFound();
  };
}

/**
 * Operations that are missing here, and that a route with a parameter would take for its own: `GET /vpcs/ipv6s` is no VPC.
 * They need routes that say so.
 */
export function shadowed(present: readonly string[]): string[] {
  const here = new Set(present.map(pattern));
  return operations.filter((operation) => {
    const plain = !operation.includes("{") && !here.has(pattern(operation));
    return plain && present.some((one) => one.includes(":") && new RegExp(`^${pattern(one)}$`).test(operation));
  });
}

const pattern = (text: string): string => text.replace(/\{[^}]+\}|:[^/]+/g, "[^/]+");

/** Paths with the methods they have; `{id}` and `:id` are any one part. */
function known(list: readonly string[]): Known[] {
  const paths = new Map<string, Known>();
  for (const operation of list) {
    const [method = "", path = ""] = operation.split(" ");
    const key = pattern(path);
    const entry = paths.get(key) ?? { path: new RegExp(`^${key}$`), methods: new Set() };
    entry.methods.add(method);
    paths.set(key, entry);
  }
  return [...paths.values()];
}
