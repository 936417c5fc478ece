import { createHash } from "node:crypto";
import { posix } from "node:path";

/** What a release is made of, beside its source. */
export interface ReleaseSettings {
  /** Of the project, from the source's top; empty for the top. */
  directory: string;
  /** `module:name`, from the project's directory. */
  wsgi: string;
  /** Settings module. */
  settings: string;
  /** Files in the source that name Python packages. */
  requirements: string[];
  /** More Python packages, as pip writes them. */
  packages: string[];
  /** Debian packages that it needs. */
  apt: string[];
  /** What settings call STATIC_ROOT and MEDIA_ROOT: from the project's directory, or absolute. */
  staticDirectory: string;
  mediaDirectory: string;
}

/**
 * A release's id: 12 hexadecimal digits that stand for its source and for all it is built with, so that what is unchanged is
 * not built again.
 */
export function releaseId(sourceSha256: string, settings: ReleaseSettings, gunicornLock: string): string {
  return createHash("sha256")
    .update(JSON.stringify([sourceSha256, Object.entries(settings).sort(), gunicornLock]))
    .digest("hex")
    .slice(0, 12);
}

/** Where requirements are looked for, in the project's directory and then at the source's top; the first one found counts. */
const usual = [
  "requirements.txt",
  "requirements/production.txt",
  "requirements/prod.txt",
  "requirements-production.txt",
  "requirements/base.txt",
  "pyproject.toml",
];

/**
 * The files that name a site's packages. @throws Error naming the configuration's key when the project, its settings' or its
 * requirements' file is not in the source.
 */
export function findRequirements(names: string[], directory: string, configured: string | undefined): string[] {
  const files = new Set(names);
  if (directory !== "" && !names.some((name) => name.startsWith(`${directory}/`)))
    throw new Error(`trinode:app.directory: the source has no directory "${directory}". ${topOf(names)}`);
  if (configured !== undefined) {
    const found = [posix.join(directory, configured), configured].find((name) => files.has(name));
    if (found === undefined)
      throw new Error(`trinode:app.install.requirements: the source has no file "${configured}". ${topOf(names)}`);
    return [found];
  }
  const found = [...new Set([directory, ""])].flatMap((place) => usual.map((name) => posix.join(place, name)));
  return found.filter((name) => files.has(name)).slice(0, 1);
}

/** @throws Error naming trinode:app.wsgi or .settings when there is no such module among the source's files. */
export function checkModules(names: string[], directory: string, wsgi: string, settings: string): void {
  const modules: [string, string][] = [
    ["wsgi", wsgi.split(":")[0] ?? ""],
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
  }
  if (!names.some((name) => name.startsWith(directory === "" ? "" : `${directory}/`) && name.endsWith(".py")))
    throw new Error(`trinode:app.source: there is no Python in it. ${topOf(names)}`);
}

function topOf(names: string[]): string {
  const top = [...new Set(names.map((name) => name.replace(/\/.*/, "/")))];
  return `At its top are: ${top.slice(0, 12).join(", ")}${top.length > 12 ? ", …" : ""}.`;
}
