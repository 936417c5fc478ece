import * as pulumi from "@pulumi/pulumi";
import { type FilesAt, serverLocks, type ServerLocks } from "../render/appFiles";
import { checkModules, insideSource, releaseId, type ReleaseSettings } from "../render/release";
import { findInstallation, type Install } from "../render/installation";
import type { GitAccess } from "../source/git";
import { packSource, type PackedSource } from "../source/resolve";

/** A site's source, and what it is built with. */
export interface SiteSource {
  /**
   * Path of the site's zip or directory, from the directory of Pulumi.yaml; or a repository at a commit,
   * `git+https://host/path@commit` or `git+ssh://git@host/path@commit`.
   */
  source: string;
  /** How a private repository is reached. @default as the operator's own git does */
  git?: GitAccess;
  /** Where in the source the project (its `manage.py`) stands. @default the source's top; a zip's one top folder is looked through */
  directory?: string;
  /** The application, from the project's directory, e.g. `config.wsgi:application`; or an ASGI one. Exactly one of the two. */
  wsgi?: string | undefined;
  asgi?: string | undefined;
  /** Whether errors are to be sent to Sentry. @default false */
  sentry?: boolean;
  /** Settings module, e.g. `config.settings.production`. */
  settings: string;
  install: Install;
  /** Version of Python, e.g. `3.12`. @default the image's */
  python?: string | undefined;
  /** Shell commands in the project's directory, before static files are collected; they know none of the secrets. @default none */
  build?: string[];
  /** Shell commands as the site, with its variables, before its database is migrated. @default none */
  beforeMigrate?: string[];
  /** The same, after migrating, each once in the life of the database. @default none */
  once?: string[];
  /** Directories in the project's that the site writes to, e.g. `data`; like media, they outlive releases. @default none */
  writable?: string[];
  /** File in the project's directory that gets the site's variables, e.g. `.env`. @default none */
  envFile?: string | undefined;
  /** Settings' STATIC_URL and STATIC_ROOT, MEDIA_URL and MEDIA_ROOT. Media persist; static files belong to a release. */
  static: FilesAt;
  media: FilesAt;
}

/** A release as it is going to be built on application servers. */
export interface Release {
  /** 12 hexadecimal digits; the same for the same source and settings. */
  id: string;
  archive: PackedSource;
  settings: ReleaseSettings;
  /** Packages of ours that it is built with. */
  locks: ServerLocks;
}

/**
 * Packs and checks a site's source. Awaited before the first resource, a source that can't be deployed stops everything before
 * anything is created. `directory` is the stack's own. @throws Error naming the configuration's key
 */
export async function prepareRelease(site: SiteSource, directory = `.trinode/${pulumi.getStack()}`): Promise<Release> {
  return prepare(site, directory).catch((error: unknown) => {
    // What is said about a key is said without the stack of whoever found it.
    const { message } = error as Error;
    throw message.startsWith("trinode:") ? new pulumi.RunError(message) : error;
  });
}

async function prepare(site: SiteSource, place: string): Promise<Release> {
  const { source, git = {}, directory = "", install } = site;
  const asgi = site.asgi !== undefined;
  const wsgi = site.asgi ?? site.wsgi ?? "";
  const archive = await packSource(source, git, place);
  const own = checkModules(archive.names, directory, wsgi, site.settings, asgi ? "asgi" : "wsgi");
  const settings: ReleaseSettings = {
    directory,
    wsgi,
    settings: site.settings,
    ...findInstallation(archive.names, directory, install, own),
    staticDirectory: insideSource("static", directory, site.static.directory),
    mediaDirectory: insideSource("media", directory, site.media.directory),
    // Said only where it is so: what has not changed keeps its id.
    ...(asgi && { asgi }),
    ...(site.python !== undefined && { python: site.python }),
    ...(site.build?.length && { build: site.build }),
    ...(site.beforeMigrate?.length && { beforeMigrate: site.beforeMigrate }),
    ...(site.once?.length && { once: site.once }),
    ...(site.writable?.length && { writable: site.writable }),
    ...(site.envFile !== undefined && { envFile: site.envFile }),
  };
  const locks = serverLocks(asgi, site.sentry ?? false);
  return { archive, settings, locks, id: releaseId(archive.sha256, settings, locks.over + locks.beside) };
}
