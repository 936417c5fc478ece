import { createHash } from "node:crypto";
import { posix } from "node:path";
import { checkDirectory, type Installation, topOf } from "./installation";

/** What a release is made of, beside its source. */
export interface ReleaseSettings extends Installation {
  /** Of the project, from the source's top; empty for the top. */
  directory: string;
  /** `module:name`, from the project's directory; what it speaks is said by `asgi`. */
  wsgi: string;
  /** Whether that is an ASGI application. @default false */
  asgi?: boolean;
  /** Settings module. */
  settings: string;
  /** What settings call STATIC_ROOT and MEDIA_ROOT: from the project's directory, or absolute. */
  staticDirectory: string;
  mediaDirectory: string;
  /** Version of Python; the image's where there is none. */
  python?: string;
  /** Commands: of the build, before each migration, once in the database's life. */
  build?: string[];
  beforeMigrate?: string[];
  once?: string[];
  /** Directories that the site writes to; from the project's directory. */
  writable?: string[];
  /** Gets the site's variables; from the project's directory. */
  envFile?: string;
}

/**
 * A release's id: 12 hexadecimal digits that stand for its source and for all it is built with, so that what is unchanged is
 * not built again.
 */
export function releaseId(sourceSha256: string, settings: ReleaseSettings, serverLocks: string): string {
  return createHash("sha256")
    .update(JSON.stringify([sourceSha256, Object.entries(settings).sort(), serverLocks]))
    .digest("hex")
    .slice(0, 12);
}

/**
 * Whether the modules of the site lie in the project's directory; otherwise they are to be installed.
 * @throws Error naming trinode:app.wsgi or .settings when there is no such module where its package is
 */
export function checkModules(
  names: string[],
  directory: string,
  application: string,
  settings: string,
  key: "wsgi" | "asgi" = "wsgi",
): boolean {
  checkDirectory(names, directory);
  let all = true;
  const modules: [string, string][] = [
    [key, application.split(":")[0] ?? ""],
    ["settings", settings],
  ];
  for (const [key, module] of modules) {
    const path = posix.join(directory, module.replaceAll(".", "/"));
    // A package that is not in the source may be among the requirements.
    const [top = ""] = module.split(".");
    const own = names.some(
      (name) => name.startsWith(`${posix.join(directory, top)}/`) || name === posix.join(directory, `${top}.py`),
    );
    const there = names.includes(`${path}.py`) || names.includes(`${path}/__init__.py`);
    if (own && !there)
      throw new Error(`trinode:app.${key}: the source has no module "${module}" (${path}.py). ${topOf(names)}`);
    all &&= own;
  }
  if (!names.some((name) => name.startsWith(directory === "" ? "" : `${directory}/`) && name.endsWith(".py")))
    throw new Error(`trinode:app.source: there is no Python in it. ${topOf(names)}`);
  return all;
}

/** A directory that settings name, when it is absolute or in the source. @throws Error naming the key otherwise */
export function insideSource(key: "static" | "media", directory: string, named: string): string {
  if (named.startsWith("/") || named === "") return named;
  const path = posix.normalize(posix.join(directory, named)).replace(/\/$/, "");
  if (path.startsWith("..") || path === "." || path === directory)
    throw new Error(
      `trinode:app.${key}.directory: "${named}" is not a directory below the source's top. Where settings take it from a variable, give an absolute one, like /srv/files.`,
    );
  return named;
}
