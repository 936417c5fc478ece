import { basename, posix } from "node:path";
import { stringify } from "yaml";
import { readSource } from "../source/read";
import type { SourceEntry } from "../source/entries";

/** What `pulumi up` has to know of a site, as it was found in its source. */
export interface FoundSite {
  /** Short name: of the unix user and the labels. */
  site: string;
  /** Where `manage.py` stands, from the source's top. */
  directory: string;
  /** Settings module. */
  settings: string;
  /** The application, e.g. `config.wsgi:application`. */
  wsgi: string;
}

/** Variables by which Django sites usually ask for what they need; a site reads those that it knows. */
const usual = {
  DATABASE_URL: "${database.url}",
  SECRET_KEY: "${secretKey}",
  DJANGO_SECRET_KEY: "${secretKey}",
  ALLOWED_HOSTS: "${domains}",
  DJANGO_ALLOWED_HOSTS: "${domains}",
  CSRF_TRUSTED_ORIGINS: "${origins}",
};

/**
 * Configuration of another site, in place of the rehearsed stack's own: an empty database, the usual variables.
 * @param path zip or directory of a Django project (`TRINODE_SITE`)
 * @throws Error with what is missing
 */
export async function otherSite(path: string): Promise<Record<string, unknown>> {
  const { site, directory, settings, wsgi } = findSite(path, await readSource(path));
  const name = site.replaceAll("-", "_");
  return {
    "trinode:site": site,
    "trinode:app": { source: path, ...(directory && { directory }), wsgi, settings, env: usual },
    "trinode:database": { name, user: name },
  };
}

/** Reads what every Django project says about itself: `manage.py` names its settings, and beside them stands wsgi.py. */
export function findSite(path: string, entries: Pick<SourceEntry, "name" | "content">[]): FoundSite {
  const nearest = entries
    .filter(({ name }) => posix.basename(name) === "manage.py")
    .sort((a, b) => a.name.split("/").length - b.name.split("/").length);
  const manage = nearest[0];
  if (!manage) throw problem(path, "it has no manage.py");
  const settings = /DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']/.exec(manage.content.toString())?.[1];
  if (settings === undefined) throw problem(path, `${manage.name} does not say which settings it uses`);
  const directory = posix.dirname(manage.name);
  const packages = settings.split(".").slice(0, -1);
  const names = new Set(entries.map(({ name }) => name));
  // settings/production.py lies a level below wsgi.py; with src/ layouts, both lie in another folder.
  const beside = packages.map((_, index) => packages.slice(0, packages.length - index));
  const found = beside.find((parts) =>
    ["", "src"].some((folder) => names.has(posix.join(directory, folder, ...parts, "wsgi.py"))),
  );
  if (!found) throw problem(path, `there is no wsgi.py beside the settings "${settings}"`);
  return {
    site: shortName(path),
    // One top folder of an archive is looked through by itself.
    directory: withoutTop(directory === "." ? "" : directory, entries),
    settings,
    wsgi: `${found.join(".")}.wsgi:application`,
  };
}

function withoutTop(directory: string, entries: { name: string }[]): string {
  const tops = new Set(entries.map(({ name }) => name.split("/")[0]));
  const [top] = directory.split("/");
  return tops.size === 1 && tops.has(top) ? directory.split("/").slice(1).join("/") : directory;
}

/** From the file's name, by the rules of `trinode:site`. */
function shortName(path: string): string {
  const name = basename(path)
    .replace(/\.zip$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 16)
    .replace(/-+$/, "");
  return name.length < 2 ? "site" : name;
}

function problem(path: string, what: string): Error {
  const example = stringify({
    "trinode:app": { directory: "backend", wsgi: "shop.wsgi:application", settings: "shop.settings" },
  });
  return new Error(
    `TRINODE_SITE: ${path} can't be deployed as it is: ${what}. Put it into Pulumi.prod.yaml by hand, and run npm start without TRINODE_SITE:\n${example}`,
  );
}
