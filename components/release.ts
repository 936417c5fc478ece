import * as pulumi from "@pulumi/pulumi";
import { type FilesAt, gunicornLock } from "../render/appFiles";
import { checkModules, findRequirements, releaseId, type ReleaseSettings } from "../render/release";
import { packRelease, type ReleaseArchive } from "./releaseArchive";

/** A site's source, and what it is built with. */
export interface SiteSource {
  /** Path of the site's zip or directory, from the directory of Pulumi.yaml. */
  source: string;
  /** Where in the source the project (its `manage.py`) stands. @default the source's top; a zip's one top folder is looked through */
  directory?: string;
  /** The application, from the project's directory, e.g. `config.wsgi:application`. */
  wsgi: string;
  /** Settings module, e.g. `config.settings.production`. */
  settings: string;
  install: {
    /** File that names the Python packages. @default found by itself: requirements.txt, requirements/production.txt, …, pyproject.toml */
    requirements?: string;
    /** More Python packages, as pip writes them. */
    packages: string[];
    /** Debian packages that are needed to build or to run. */
    apt: string[];
  };
  /** Settings' STATIC_URL and STATIC_ROOT, MEDIA_URL and MEDIA_ROOT. Media persist; static files belong to a release. */
  static: FilesAt;
  media: FilesAt;
}

/** A release as it is going to be built on application servers. */
export interface Release {
  /** 12 hexadecimal digits; the same for the same source and settings. */
  id: string;
  archive: ReleaseArchive;
  settings: ReleaseSettings;
}

/**
 * Packs and checks a site's source. Awaited before the first resource, a source that can't be deployed stops everything before
 * anything is created. @throws Error naming the configuration's key
 */
export async function prepareRelease(site: SiteSource): Promise<Release> {
  const { source, directory = "", wsgi, install } = site;
  const archive = await packRelease(source, `.trinode/${pulumi.getStack()}/releases`);
  const requirements = findRequirements(archive.names, directory, install.requirements);
  checkModules(archive.names, directory, wsgi, site.settings);
  const settings: ReleaseSettings = {
    directory,
    wsgi,
    settings: site.settings,
    requirements,
    packages: install.packages,
    apt: install.apt,
    staticDirectory: site.static.directory,
    mediaDirectory: site.media.directory,
  };
  return { archive, settings, id: releaseId(archive.sha256, settings, gunicornLock()) };
}
