import { checksum, type Put, type PutFile } from "./bundles";

/** A file as it is on a server. */
export interface Found {
  /** Octal; empty for a link that leads nowhere. */
  mode: string;
  owner: string;
  group: string;
  /** SHA-256. */
  sum: string;
}

/** How a file differs from what was put there. */
export interface FileDifference {
  path: string;
  text: string;
  /** The step that puts it back when it is done again. @default none does */
  step?: string;
  /** What was put there, where the content differs and everybody on the server may read it. */
  wanted?: Buffer;
}

/** Where nothing is but what the steps have put there. */
export const ownDirectories = [
  "/etc/nginx/trinode",
  "/etc/nginx/conf.d",
  "/etc/nginx/sites-enabled",
  "/etc/trinode/web",
];

/** Present when variables were changed on the server; the site's variables are then not the configured ones. */
export const overrides = "/etc/trinode/overrides.env";

/** Present when the site's unix user was given another name on the server; the texts that name it are then not the configured ones. */
export const overrideUser = "/etc/trinode/override-user";

/** Where the unix user stands: see `scripts/lib/user.sh`. */
const namesUser =
  /^(\/etc\/supervisor\/conf\.d\/.+|\/etc\/trinode\/processes\.conf|\/etc\/systemd\/system\/trinode-job-.+\.service)$/;

/** Paths to ask a server for. */
export function pathsOf(put: Put): string[] {
  return [...new Set([...withCopies(put).keys(), overrides, overrideUser])].sort();
}

/** Reads what `fingerprints.sh` prints. */
export function readFingerprints(printed: string): Map<string, Found> {
  const lines = printed.split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [path = "", mode = "", owner = "", group = "", sum = ""] = line.split("\t");
      return [path.replace(/\/+/g, "/"), { mode, owner, group, sum }];
    }),
  );
}

/** Everything in which a server's files differ from what was put there. */
export function compareFiles(put: Put, found: Map<string, Found>): FileDifference[] {
  const wanted = withCopies(put);
  const changed = found.get(overrides)?.sum !== undefined && found.get(overrides)?.sum !== checksum(Buffer.alloc(0));
  if (changed) wanted.delete("/etc/trinode/app.env");
  const renamed = found.has(overrideUser);
  if (renamed) for (const path of wanted.keys()) if (namesUser.test(path)) wanted.delete(path);
  const differences = [...wanted].flatMap(([path, may]) => compare(path, may, found.get(path)));
  const strange = [...found.keys()]
    .filter((path) => !wanted.has(path) && ownDirectories.some((directory) => path.startsWith(`${directory}/`)))
    .map((path) => ({ path, text: "was put there by nobody" }));
  const variables = changed ? [{ path: overrides, text: "variables were changed on the server" }] : [];
  const user = renamed ? [{ path: overrideUser, text: "the unix user got another name on the server" }] : [];
  return [...differences, ...strange, ...variables, ...user].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function compare(path: string, may: PutFile[], found: Found | undefined): FileDifference[] {
  const last = may.at(-1)!;
  // What serves the site is left alone by a step that finds nothing new in what it brings; nginx's is looked at.
  const step = !last.copied || path.startsWith("/etc/nginx/") ? { step: last.step } : {};
  if (!found) return [{ path, text: "is missing", ...step }];
  const same = may.filter(({ content }) => checksum(content) === found.sum);
  if (same.length === 0) {
    const shown = Number.parseInt(last.mode, 8) & 0o004;
    return [{ path, text: "has another content", ...step, ...(shown && { wanted: last.content }) }];
  }
  const rights = (file: Pick<PutFile, "mode" | "owner" | "group">) => `${file.mode} ${file.owner}:${file.group}`;
  // Of copies that a script makes, only the content is known.
  if (same.some((file) => file.copied || rights(file) === rights(found))) return [];
  return [{ path, text: `has the rights ${rights(found)}, not ${rights(same[0]!)}`, ...step }];
}

/** What was put there, and the copies from which services read it. */
function withCopies(put: Put): Put {
  const all: Put = new Map(put);
  for (const [path, files] of put)
    for (const copy of copiesOf(path)) {
      const contents = files.filter(({ content }) => copy !== "/etc/redis/trinode.conf" || content.length > 0);
      const copied = contents.map((file) => ({ ...file, path: copy, copied: true }));
      if (copied.length > 0) all.set(copy, [...(all.get(copy) ?? []), ...copied]);
    }
  return all;
}

/** Where scripts put a file that the services read, once it is tried: see `scripts/lib/web.sh`, `live.sh`, `processes.sh`, `redis.sh`. */
function copiesOf(path: string): string[] {
  const site = "/etc/trinode/web/site/";
  const platform = /^\/etc\/trinode\/web\/site\/platform\/(\w+)-[\d.]+\.conf$/.exec(path)?.[1];
  if (platform) return [`/etc/nginx/trinode/${platform}.conf`];
  if (path.startsWith(site)) return [`/etc/nginx/trinode/${path.slice(site.length)}`];
  const copy = {
    "/etc/trinode/web/nginx.conf": "/etc/nginx/nginx.conf",
    "/etc/trinode/app.env.next": "/etc/trinode/app.env",
    "/etc/trinode/gunicorn.conf.next.py": "/etc/trinode/gunicorn.conf.py",
    "/etc/trinode/commands.next.json": "/etc/trinode/commands.json",
    "/etc/trinode/redis.conf": "/etc/redis/trinode.conf",
  }[path];
  return copy === undefined ? [] : [copy];
}
