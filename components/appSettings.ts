import type { AppSettings } from "../render/appFiles";
import type { AppServerArgs } from "./appServerArgs";

/** An application server as the files of it are rendered from. @throws Error without a domain */
export function appSettings(args: AppServerArgs): AppSettings {
  const { site, user = site, host, webAddresses, domains, health, static: statics, media } = args;
  const [domain] = domains;
  if (domain === undefined) throw new Error("an application server needs at least one domain");
  return {
    site,
    user,
    address: host.privateIp,
    webAddresses,
    domain,
    health,
    static: statics,
    media,
    leads: args.line?.leads ?? true,
  };
}

/** Scripts that run the site, or look after it. */
export const siteScripts = [
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
  "python/caught/sitecustomize.py",
  "python/app_about.py",
  "python/app_reaches.py",
  "python/app_probe.py",
  "python/app_restart.py",
  "python/asgi_worker.py",
  "python/process_apply.py",
];
