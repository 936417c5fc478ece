import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import {
  appLiveFiles,
  type AppSettings,
  appVariables,
  healthEnvironment,
  releaseFiles,
  serverSettings,
} from "../render/appFiles";
import type { HostFile } from "../render/hostFile";
import { otherProcesses, processFiles } from "../render/processFiles";
import type { AppServerArgs, Line } from "./appServerArgs";
import { appSettings, siteScripts } from "./appSettings";
import type { HostStepArgs } from "./hostStep";
import type { Delivery } from "./releaseBuild";

/** Makes a built release the one that serves; what served before goes on where that fails. */
export function activateRelease(
  name: string,
  args: AppServerArgs,
  delivery: Delivery,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  return args.host.step(name, activation(args, delivery), opts);
}

/** The step that does it. */
export function activation(args: AppServerArgs, { release, variables }: Delivery): HostStepArgs {
  const { host, site, database, pinned, keyChange } = args;
  const settings = appSettings(args);
  const interim = keyChange && pulumi.output(keyChange.interim).apply((own) => appVariables(args.settings, own));
  return {
    verb: "release-activate",
    scripts: ["lib/app.sh", ...siteScripts, ...releaseScripts],
    files: pulumi
      .all([variables, database.caCertificate, interim, database.password])
      .apply(([values, ca, between, password]) => [
        ...liveFiles(args, settings, values, ca),
        ...releaseFiles(site, between ?? {}, { ...database, password }),
      ]),
    environment: {
      SITE: site,
      APP_USER: settings.user,
      RELEASE: pinned?.release ?? release.id,
      ROLLBACK_MODE: pinned?.mode ?? "plain",
      KEY_ROTATION: String(keyChange?.rotation ?? 0),
      DOMAIN: settings.domain,
      PRIVATE_ADDRESS: host.privateIp,
      ...healthEnvironment(settings.health),
      ...placeInLine(args.line),
    },
  };
}

/** Seconds that each of the others has to follow, before the first goes back. */
const SECONDS_TO_FOLLOW = 240;

function placeInLine(line: Line | undefined): Record<string, string> {
  if (!line) return {};
  return line.leads ? { CONFIRM_SECONDS: String(60 + SECONDS_TO_FOLLOW * line.followers) } : { LEADS: "no" };
}

/** gunicorn and what runs beside it, which share the machine's memory; Redis has its own. */
function liveFiles(
  args: AppServerArgs,
  settings: AppSettings,
  variables: Record<string, string>,
  caCertificate: string,
): HostFile[] {
  const { asgi, redis, processes = {}, schedule = {} } = args;
  const others = { processes, schedule };
  const plan = { ...args.plan, memoryMb: args.plan.memoryMb - (redis?.memoryMb ?? 0) };
  const workerClass = args.server.class ?? (asgi === undefined ? "gthread" : "uvicorn");
  const server = serverSettings(plan, { ...args.server, class: workerClass }, otherProcesses(others));
  return [
    ...appLiveFiles(settings, server, variables, caCertificate),
    ...processFiles(settings, others, server.workerMemoryMb),
  ];
}

/** Scripts that releases are made live with, and gone back to. */
export const releaseScripts = [
  "lib/line.sh",
  "release-back.sh",
  "lib/live.sh",
  "lib/migrations.sh",
  "lib/overrides.sh",
  "lib/user.sh",
  "releases.sh",
  "rollback-check.sh",
  "override-list.sh",
  "override-clear.sh",
  "override-show.sh",
  "change-variable.sh",
  "change-user.sh",
  "deploy-apply.sh",
  "python/app_env.py",
  "python/release_database.py",
  "python/release_record.py",
  "python/release_say.py",
];

/** What `release-activate` prints. */
export function readReport(printed: string): { release: string; overrides: string[] } {
  return JSON.parse(printed) as { release: string; overrides: string[] };
}
