import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { appBuildFiles, appVariables, builderVariables } from "../render/appFiles";
import type { AppServerArgs } from "./appServerArgs";
import type { Release } from "./release";

/** A release on its way to a server. */
export interface Delivery {
  release: pulumi.Output<Release>;
  /** The site's variables, as a whole a secret. */
  variables: pulumi.Output<Record<string, string>>;
}

/** Named by its content: an unchanged source is not copied again. */
export function copyArchive(
  name: string,
  { host }: AppServerArgs,
  { release }: Delivery,
  opts: pulumi.CustomResourceOptions,
): command.remote.CopyToRemote {
  return new command.remote.CopyToRemote(
    name,
    {
      connection: host.connection,
      source: release.apply(({ archive }) => new pulumi.asset.FileAsset(archive.path)),
      remotePath: release.apply(({ archive }) => `/var/lib/trinode/incoming/${archive.sha256}.tar.gz`),
      triggers: [host.id],
    },
    { ...opts, deletedWith: host.instance },
  );
}

/** Makes the release beside the others. Needs no database: it goes on while that is installed. */
export function buildRelease(
  name: string,
  args: AppServerArgs,
  { release, variables }: Delivery,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { host, site, plan, settings, buildVariables = {} } = args;
  return host.step(
    name,
    {
      verb: "release-build",
      scripts: [
        "lib/app.sh",
        "lib/release.sh",
        "lib/environment.sh",
        "python/release_unpack.py",
        "python/release_check.py",
        ...buildScripts,
      ],
      files: pulumi
        .all([variables, release])
        .apply(([values, { locks }]) => [
          ...appBuildFiles(site, locks, values),
          builderVariables(site, appVariables(settings, buildVariables)),
        ]),
      environment: release.apply((prepared) => buildEnvironment(site, plan.memoryMb, prepared)),
    },
    opts,
  );
}

const buildScripts = [
  "lib/commands.sh",
  "python/app_run.py",
  "python/env_file.py",
  "python/package_index.py",
  "python/pipfile_requirements.py",
  "python/release_commands.py",
];

/** What the step that builds a release gets. */
export function buildEnvironment(
  site: string,
  memoryMb: number,
  { archive, settings, id }: Release,
): Record<string, string> {
  const { directory, wsgi, build, beforeMigrate, once, envFile } = settings;
  const lines = (list: string[] = []) => list.join("\n");
  return {
    SITE: site,
    RELEASE: id,
    ARCHIVE_SHA256: archive.sha256,
    DIRECTORY: directory,
    REQUIREMENTS: lines(settings.requirements),
    LOCK: settings.lock ?? "",
    CONSTRAINTS: lines(settings.constraints),
    // The source's top is a project's directory, too.
    PROJECT: settings.project === undefined ? "" : settings.project || ".",
    EXTRAS: lines(settings.extras),
    DEPENDENCY_GROUPS: lines(settings.groups),
    PACKAGES: lines(settings.packages),
    APT: lines(settings.apt),
    WRITABLE: lines(settings.writable),
    PYTHON_VERSION: settings.python ?? "",
    STATIC_DIRECTORY: settings.staticDirectory,
    MEDIA_DIRECTORY: settings.mediaDirectory,
    WSGI: wsgi,
    ABOUT: JSON.stringify({
      id,
      source: archive.sha256,
      commit: archive.commit,
      directory,
      wsgi,
      settings: settings.settings,
      ...{ build, beforeMigrate, once, envFile },
    }),
    BUILD_MEMORY_MB: String(Math.floor(memoryMb / 2)),
  };
}
