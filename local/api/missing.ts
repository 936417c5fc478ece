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

/** Paths with the methods they have; `{id}` and `:id` are any one part. */
function known(list: readonly string[]): Known[] {
  const paths = new Map<string, Known>();
  for (const operation of list) {
    const [method = "", path = ""] = operation.split(" ");
    const pattern = path.replace(/\{[^}]+\}|:[^/]+/g, "[^/]+");
    const entry = paths.get(pattern) ?? { path: new RegExp(`^${pattern}$`), methods: new Set() };
    entry.methods.add(method);
    paths.set(pattern, entry);
  }
  return [...paths.values()];
}
