import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import {
  appBuildFiles,
  appLiveFiles,
  type AppSettings,
  appSetupFiles,
  appVariables,
  releaseFiles,
  builderVariables,
  type FilesAt,
  healthEnvironment,
  type Health,
  reachesFile,
  serverSettings,
  type WorkerClass,
} from "../render/appFiles";
import { hostScripts } from "./hostStep";
import { otherProcesses, type Others, processFiles } from "../render/processFiles";
import { redisFiles } from "../render/redisFiles";
import type { HostFile } from "../render/hostFile";
import type { LinodeHost } from "./linodeHost";
import type { SiteRedis } from "./siteRedis";
import { prepareRelease, type Release, type SiteSource } from "./release";

export interface AppServerArgs extends Omit<SiteSource, "sentry"> {
  /** The machine; of its own, or shared with the other roles. */
  host: LinodeHost;
  /** Unix user, supervisor program and `/srv/<site>`; 2 to 16 lower-case letters, digits and hyphens. */
  site: string;
  /** Names the site answers to; the first is canonical and what checks send as Host. At least one. */
  domains: string[];
  /** The release, prepared before the first resource is made. @default prepared here, while others are being made already */
  release?: Release;
  server: {
    /** gunicorn workers in all; at least two, in two processes. @default 2 for each CPU, one for each 384 MB at most */
    workers?: number;
    /** Pages that a worker is at at once, each with a database connection. @default 4, of an ASGI site 16 */
    threads?: number;
    /** A request that takes longer has its worker replaced. Seconds. */
    timeoutSeconds: number;
    /** @default uvicorn for an ASGI site, gthread for a WSGI one */
    class?: WorkerClass | undefined;
  };
  /** What runs beside gunicorn: other programs, and commands at set times. @default nothing */
  processes?: Others["processes"];
  schedule?: Others["schedule"];
  /** A Redis for the site alone. @default none */
  redis?: SiteRedis | undefined;
  /** Where errors go, and the name of this production there. @default nowhere */
  sentry?: { dsn: string; environment: string } | undefined;
  health: Health;
  /** Outside services that the site needs, looked at by `status`: `host`, `host:port` or a URL. @default none */
  reaches?: string[];
  /** The site's variables, references resolved. Should be a secret as a whole. */
  variables: pulumi.Input<Record<string, string>>;
  /** A kept release that is to serve, in place of the one that `source` gives; and what may be done to the database for that. */
  pinned?: { release: string; mode: RollbackMode } | undefined;
  /** The site's variables while Django's secret key is being changed, and the number of the key; see `siteVariables`. */
  keyChange?: { rotation: number; interim: pulumi.Input<Record<string, string>> } | undefined;
  /** The same for `build` commands, with stand-ins for what is secret. @default none */
  buildVariables?: Record<string, string>;
  database: SiteLogin & {
    /** PEM of the authority that the database's certificate is verified against. */
    caCertificate: pulumi.Input<string>;
    /** What must be done before a release migrates: role, database, first data. */
    ready: pulumi.Resource[];
  };
  /** Private addresses of the web servers: they alone reach 8000 and 8001, and their forwarded headers count. */
  webAddresses: string[];
  /** What the machine has; workers and their memory are sized by it. On a shared machine, give the site's part. */
  plan: { memoryMb: number; vcpus: number };
}

/** `plain`: nothing; `migrate`: take migrations back; `restore`: bring back the backup that was made before them. */
export type RollbackMode = "plain" | "migrate" | "restore";

/** The database, as the site logs in to it. */
interface SiteLogin {
  address: string;
  port: number;
  databaseName: string;
  user: string;
  password: pulumi.Input<string>;
}

/** Django behind gunicorn on a Linode: packages, releases of the site, two processes on one socket, its files for the web server. */
export class AppServer extends pulumi.ComponentResource {
  /** Private address where gunicorn (8000) and the files (8001) are, once `ready`. */
  readonly host: pulumi.Output<string>;
  /** Id of the release that serves. */
  readonly release: pulumi.Output<string>;
  /** Variables that were changed on the server, as of the last release; they count more than the configured ones. */
  readonly overrides: pulumi.Output<string[]>;
  /** Done when the release serves. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    private readonly args: AppServerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:AppServer", name, {}, opts);
    const variables = pulumi
      .secret(args.variables)
      .apply((own) => appVariables(args.settings, { ...sentryVariables(args.sentry), ...own }));
    const release = pulumi.output(args.release ?? prepareRelease({ ...args, sentry: args.sentry !== undefined }));

    const setup = this.setUp(`${name}-setup`);
    const copy = this.copyArchive(`${name}-source`, release, setup);
    const build = this.buildRelease(`${name}-build`, release, variables, copy);
    const live = this.activateRelease(`${name}-release`, release, variables, build);
    this.checkMail(`${name}-mail`, variables, live);

    const report = pulumi.unsecret(live.stdout).apply(readReport);
    this.release = report.release;
    this.overrides = report.overrides;
    // Known at once, so that the web server is set up side by side with this one.
    this.host = pulumi.output(args.host.privateIp);
    this.ready = [live];
    this.registerOutputs({ host: this.host, release: this.release });
  }

  /** Depends on no release and no database, so that the servers install side by side. */
  private setUp(name: string): command.remote.Command {
    const { host, site, redis, static: statics, media, reaches = [] } = this.args;
    const outside = ({ directory }: FilesAt) => (directory.startsWith("/") ? directory : "");
    return host.step(
      name,
      {
        verb: "setup-app",
        scripts: [...hostScripts, "lib/app.sh", "lib/redis.sh", "lib/nginx.sh", ...siteScripts],
        files: pulumi
          .output(redis?.password)
          .apply((password) => [
            ...host.baseFiles,
            ...appSetupFiles(this.appSettings()),
            reachesFile(reaches),
            ...redisFiles(redis && { memoryMb: redis.memoryMb, password: password ?? "" }),
          ]),
        environment: {
          SITE: site,
          PRIVATE_ADDRESS: host.privateIp,
          STATIC_DIRECTORY: outside(statics),
          MEDIA_DIRECTORY: outside(media),
        },
      },
      { parent: this },
    );
  }

  private copyArchive(
    name: string,
    release: pulumi.Output<Release>,
    setup: pulumi.Resource,
  ): command.remote.CopyToRemote {
    const { host } = this.args;
    return new command.remote.CopyToRemote(
      name,
      {
        connection: host.connection,
        source: release.apply(({ archive }) => new pulumi.asset.FileAsset(archive.path)),
        remotePath: release.apply(({ archive }) => `/var/lib/trinode/incoming/${archive.sha256}.tar.gz`),
        triggers: [host.id],
      },
      { parent: this, dependsOn: [setup], deletedWith: host.instance },
    );
  }

  /** Needs no database: it goes on while that is installed. */
  private buildRelease(
    name: string,
    release: pulumi.Output<Release>,
    variables: pulumi.Output<Record<string, string>>,
    copy: pulumi.Resource,
  ): command.remote.Command {
    const { host, site, plan, settings, buildVariables = {} } = this.args;
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
      { parent: this, dependsOn: [copy] },
    );
  }

  private activateRelease(
    name: string,
    release: pulumi.Output<Release>,
    variables: pulumi.Output<Record<string, string>>,
    build: pulumi.Resource,
  ): command.remote.Command {
    const { host, site, database, pinned, keyChange } = this.args;
    const settings = this.appSettings();
    const interim = keyChange && pulumi.output(keyChange.interim).apply((own) => appVariables(this.args.settings, own));
    return host.step(
      name,
      {
        verb: "release-activate",
        scripts: ["lib/app.sh", ...siteScripts, ...releaseScripts],
        files: pulumi
          .all([variables, database.caCertificate, interim, database.password])
          .apply(([values, ca, between, password]) => [
            ...this.liveFiles(settings, values, ca),
            ...releaseFiles(site, between ?? {}, { ...database, password }),
          ]),
        environment: {
          SITE: site,
          RELEASE: pinned?.release ?? release.id,
          ROLLBACK_MODE: pinned?.mode ?? "plain",
          KEY_ROTATION: String(keyChange?.rotation ?? 0),
          DOMAIN: settings.domain,
          PRIVATE_ADDRESS: host.privateIp,
          ...healthEnvironment(settings.health),
        },
      },
      { parent: this, dependsOn: [build, ...database.ready] },
    );
  }

  /** Told, never fatal: tried again with every release, and when variables change. */
  private checkMail(
    name: string,
    variables: pulumi.Output<Record<string, string>>,
    live: command.remote.Command,
  ): void {
    const reasons = pulumi.all([live.stdout, variables]).apply((values) => JSON.stringify(values));
    const environment = {
      SITE: this.args.site,
      REASON: reasons.apply((text) => createHash("sha256").update(text).digest("hex")),
    };
    this.args.host.step(
      name,
      { verb: "mail-check", scripts: ["lib/app.sh", "python/app_run.py", "python/mail_probe.py"], environment },
      { parent: this, dependsOn: [live] },
    );
  }

  /** gunicorn and what runs beside it, which share the machine's memory; Redis has its own. */
  private liveFiles(settings: AppSettings, variables: Record<string, string>, caCertificate: string): HostFile[] {
    const { site, asgi, redis, processes = {}, schedule = {} } = this.args;
    const others = { processes, schedule };
    const plan = { ...this.args.plan, memoryMb: this.args.plan.memoryMb - (redis?.memoryMb ?? 0) };
    const workerClass = this.args.server.class ?? (asgi === undefined ? "gthread" : "uvicorn");
    const server = serverSettings(plan, { ...this.args.server, class: workerClass }, otherProcesses(others));
    return [
      ...appLiveFiles(settings, server, variables, caCertificate),
      ...processFiles(site, others, server.workerMemoryMb),
    ];
  }

  private appSettings(): AppSettings {
    const { site, host, webAddresses, domains, health, static: statics, media } = this.args;
    const [domain] = domains;
    if (domain === undefined) throw new Error("an application server needs at least one domain");
    return {
      site,
      address: host.privateIp,
      webAddresses,
      domain,
      health,
      static: statics,
      media,
    };
  }
}

/** What gunicorn.conf.py reads, beside the site's own variables. */
function sentryVariables(sentry: AppServerArgs["sentry"]): Record<string, string> {
  return sentry ? { TRINODE_SENTRY_DSN: sentry.dsn, TRINODE_SENTRY_ENVIRONMENT: sentry.environment } : {};
}

/** Scripts that run the site, or look after it. */
const siteScripts = [
  "lib/commands.sh",
  "python/env_file.py",
  "python/release_commands.py",
  "python/release_once.py",
  "manage.sh",
  "run.sh",
  "status-app.sh",
  "restart-app.sh",
  "processes-apply.sh",
  "lib/processes.sh",
  "python/app_run.py",
  "python/app_about.py",
  "python/app_reaches.py",
  "python/app_probe.py",
  "python/app_restart.py",
  "python/asgi_worker.py",
  "python/process_apply.py",
];

/** Scripts that releases are made live with, and gone back to. */
const releaseScripts = [
  "lib/live.sh",
  "lib/migrations.sh",
  "lib/overrides.sh",
  "releases.sh",
  "rollback-check.sh",
  "override-list.sh",
  "override-clear.sh",
  "override-show.sh",
  "change-variable.sh",
  "deploy-apply.sh",
  "python/app_env.py",
  "python/release_database.py",
  "python/release_record.py",
  "python/release_say.py",
];

/** What `release-activate` prints. */
function readReport(printed: string): { release: string; overrides: string[] } {
  return JSON.parse(printed) as { release: string; overrides: string[] };
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
