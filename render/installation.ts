import { posix } from "node:path";

/** What a site is installed with, as configured. Paths are from the project's directory, or from the source's top. */
export interface Install {
  /** Files that name the Python packages. @default found by itself: a lock, requirements.txt, …, pyproject.toml */
  requirements?: string[] | undefined;
  /** `uv.lock`, `poetry.lock` or `Pipfile.lock`. @default found by itself, unless requirements are named */
  lock?: string | undefined;
  /** Files of versions that hold wherever a package is asked for, as pip's `-c`. @default none */
  constraints?: string[] | undefined;
  /** Whether the source itself is installed (`pip install -e .`). @default when app.wsgi is not in the project's directory, as in a `src/` layout */
  project?: boolean | undefined;
  /** Of the project, e.g. `["postgres"]`. @default none */
  extras?: string[];
  /** Dependency groups of pyproject.toml. @default none */
  groups?: string[];
  /** More Python packages, as pip writes them. */
  packages: string[];
  /** Debian packages that are needed to build or to run. */
  apt: string[];
}

/** What a release is installed with; paths are from the source's top. */
export interface Installation {
  requirements: string[];
  packages: string[];
  apt: string[];
  lock?: string;
  constraints?: string[];
  /** Directory of what is installed as a package: its `pyproject.toml` or `setup.py`. */
  project?: string;
  extras?: string[];
  groups?: string[];
}

/** Where versions are exact, they are taken from; the first one found counts. */
const locks = ["uv.lock", "poetry.lock", "Pipfile.lock"];

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
 * What names a site's packages. `own`: whether its modules lie in the project's directory. @throws Error naming the configuration's
 * key when a file that is named is not in the source, or when what is asked for needs another
 */
export function findInstallation(names: string[], directory: string, install: Install, own: boolean): Installation {
  const { extras = [], groups = [], packages, apt } = install;
  const source = { names, places: [...new Set([directory, ""])] };
  const lock = install.requirements ? undefined : findLock(source, install.lock);
  const requirements = lock === undefined ? findRequirements(source, install.requirements) : [];
  const project = findProject(source, install.project ?? !own, install.project ?? false);
  const constraints = install.constraints?.map((path) => named(source, "constraints", path));
  checkNamed({ extras, groups }, lock, requirements, project);
  return {
    // Installed as a package, it brings along what it needs.
    requirements: requirements.filter(
      (path) => project === undefined || path !== posix.join(project, "pyproject.toml"),
    ),
    packages,
    apt,
    // Said only where it is so: what has not changed keeps its id.
    ...(lock !== undefined && { lock }),
    ...(constraints?.length && { constraints }),
    ...(project !== undefined && { project }),
    ...(extras.length && { extras }),
    ...(groups.length && { groups }),
  };
}

interface Source {
  names: string[];
  /** Directories to look in. */
  places: string[];
}

/** A file that is configured. @throws Error when it is not there */
function named({ names, places }: Source, key: string, path: string): string {
  const found = places.map((place) => posix.join(place, path)).find((name) => names.includes(name));
  if (found === undefined)
    throw new Error(`trinode:app.install.${key}: the source has no file "${path}". ${topOf(names)}`);
  return found;
}

function first({ names, places }: Source, wanted: string[]): string | undefined {
  const files = new Set(names);
  return places.flatMap((place) => wanted.map((name) => posix.join(place, name))).find((name) => files.has(name));
}

function findLock(source: Source, configured: string | undefined): string | undefined {
  const lock = configured === undefined ? first(source, locks) : named(source, "lock", configured);
  if (lock === undefined) return undefined;
  const name = posix.basename(lock);
  if (!locks.includes(name))
    throw new Error(
      `trinode:app.install.lock: "${lock}" is none of ${locks.join(", ")}. Others are app.install.requirements.`,
    );
  const beside = posix.join(posix.dirname(lock), name === "Pipfile.lock" ? "Pipfile" : "pyproject.toml");
  if (!source.names.includes(beside)) {
    if (configured === undefined) return undefined;
    throw new Error(`trinode:app.install.lock: the source has no "${beside}" beside "${lock}". Add it.`);
  }
  return lock;
}

function findRequirements(source: Source, configured: string[] | undefined): string[] {
  if (configured) return configured.map((path) => named(source, "requirements", path));
  const found = first(source, usual);
  return found === undefined ? [] : [found];
}

/** The directory of what is installed as a package. Its modules may be among the requirements: then there need not be one. */
function findProject(source: Source, wanted: boolean, configured: boolean): string | undefined {
  if (!wanted) return undefined;
  const found = first(source, ["pyproject.toml", "setup.py"]);
  if (found !== undefined) return posix.dirname(found) === "." ? "" : posix.dirname(found);
  if (!configured) return undefined;
  throw new Error(
    `trinode:app.install.project: the source has neither pyproject.toml nor setup.py, so it can't be installed. ${topOf(source.names)}`,
  );
}

/** Extras and groups are a project's: of requirements.txt there are none. */
function checkNamed(
  { extras, groups }: { extras: string[]; groups: string[] },
  lock: string | undefined,
  requirements: string[],
  project: string | undefined,
): void {
  const ofProject = project !== undefined || requirements.some((path) => path.endsWith("pyproject.toml"));
  const knows = lock === undefined ? ofProject : !lock.endsWith("Pipfile.lock");
  if (extras.length > 0 && !knows)
    throw new Error(
      "trinode:app.install.extras: are a project's, and packages are taken from elsewhere. Name pyproject.toml in app.install.requirements, or set app.install.project to true.",
    );
  if (groups.length > 0 && !knows)
    throw new Error(
      "trinode:app.install.groups: are a pyproject.toml's, and packages are taken from elsewhere. Name it in app.install.requirements.",
    );
}

/** @throws Error naming trinode:app.directory when there is no such directory */
export function checkDirectory(names: string[], directory: string): void {
  if (directory !== "" && !names.some((name) => name.startsWith(`${directory}/`)))
    throw new Error(`trinode:app.directory: the source has no directory "${directory}". ${topOf(names)}`);
}

/** For messages: what lies at a source's top. */
export function topOf(names: string[]): string {
  const top = [...new Set(names.map((name) => name.replace(/\/.*/, "/")))];
  return `At its top are: ${top.slice(0, 12).join(", ")}${top.length > 12 ? ", …" : ""}.`;
}
