import { shellAssignments } from "./bundle";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** A health check, as the web server's visitors would see it. */
export interface Health {
  /** e.g. `/`. */
  path: string;
  /** e.g. 200. */
  status: number;
  /** Must be in the answer. @default nothing is looked for */
  text?: string;
}

/** Where files are asked for, and where settings put them. */
export interface FilesAt {
  /** Path of the URL, e.g. `/static/`. */
  url: string;
  /** From the project's directory (`staticfiles`), or absolute: outside the releases. */
  directory: string;
}

/** An application server, as plain values. */
export interface AppSettings {
  /** Supervisor program, unix group, `/srv/<site>`. */
  site: string;
  /** Unix user. */
  user: string;
  /** Where 8000 (gunicorn) and 8001 (files) listen. */
  address: string;
  /** Who may ask there: web servers' private addresses. */
  webAddresses: string[];
  /** Sent as Host by checks: the canonical name. */
  domain: string;
  health: Health;
  static: FilesAt;
  media: FilesAt;
  /** Whether it prepares the database: the first of several, or the only one. @default true */
  leads?: boolean;
}

/** `gthread` and `sync` run WSGI sites, `uvicorn` ASGI ones. */
export type WorkerClass = "gthread" | "sync" | "uvicorn";

/** How gunicorn runs. */
export interface ServerSettings {
  /** gunicorn's kind of worker. */
  workerClass: WorkerClass;
  /** Workers of each of the two processes. */
  workersEach: number;
  /** Pages that a worker is at at once. */
  threads: number;
  timeoutSeconds: number;
  /** What a worker may take before Python raises MemoryError in it. */
  workerMemoryMb: number;
}

/** Files of an application server that depend on no release and no database. */
export function appSetupFiles(settings: AppSettings): HostFile[] {
  const { site, address } = settings;
  return [
    file("/etc/trinode/app.conf", 0o644, shellAssignments(appConf(settings))),
    file("/etc/trinode/uv.txt", 0o644, fill("app/uv.txt")),
    file("/etc/tmpfiles.d/trinode-app.conf", 0o644, fill("app/tmpfiles.conf", { site })),
    file("/etc/logrotate.d/trinode-app", 0o644, fill("app/logrotate.conf", { site })),
    file("/etc/systemd/system/supervisor.service.d/trinode.conf", 0o644, fill("supervisor/supervisor.service.conf")),
    file("/etc/systemd/system/nginx.service.d/trinode-app.conf", 0o644, fill("nginx-app/nginx.service.conf")),
    file(
      "/etc/nginx/conf.d/trinode-app.conf",
      0o644,
      fill("nginx-app/files.conf", { address, ...filesPlaces(settings) }),
    ),
  ];
}

/** What `status-app` tries to reach, a line each. */
export function reachesFile(reaches: string[]): HostFile {
  return file("/etc/trinode/reaches", 0o644, reaches.map((target) => `${target}\n`).join(""));
}

/** What a release is built with. `variables` only serve to prove it: those that serve are `appLiveFiles`'. */
export function appBuildFiles(site: string, locks: ServerLocks, variables: Record<string, string>): HostFile[] {
  return [
    file("/etc/trinode/gunicorn.txt", 0o644, locks.over),
    file("/etc/trinode/beside.txt", 0o644, locks.beside),
    file("/etc/trinode/app-build.env", 0o640, encodeVariables(variables), "root", site),
  ];
}

/** What `app.build` commands see, and the user that runs them may: nothing secret. */
export function builderVariables(site: string, variables: Record<string, string>): HostFile {
  return file("/etc/trinode/app-builder.env", 0o640, encodeVariables(variables), "root", `${site}-build`);
}

/** What serves: variables, gunicorn's settings, the supervisor program. The first two wait as `.next` until they are proven. */
export function appLiveFiles(
  settings: Pick<AppSettings, "site" | "user" | "address" | "webAddresses">,
  server: ServerSettings,
  variables: Record<string, string>,
  caCertificate: string,
): HostFile[] {
  const { site, user, address, webAddresses } = settings;
  const forwardedAllowIps = [...webAddresses, address].join(",");
  return [
    file(databaseCa, 0o644, caCertificate),
    file("/etc/trinode/app.env.next", 0o640, encodeVariables(variables), "root", site),
    file("/etc/trinode/gunicorn.conf.next.py", 0o644, gunicornConf(server, forwardedAllowIps)),
    file(`/etc/supervisor/conf.d/${site}-gunicorn.conf`, 0o644, fill("supervisor/app.conf", { site, user, address })),
  ];
}

/**
 * What a release is made live with, beside what serves: variables for the moment in which processes learn a new secret key, and
 * the database as root's own programs (backups) log in to it.
 */
export function releaseFiles(
  site: string,
  interim: Record<string, string>,
  { address, port, databaseName, user, password }: DatabaseLogin,
): HostFile[] {
  const login = { PGHOST: address, PGPORT: String(port), PGDATABASE: databaseName, PGUSER: user, PGPASSWORD: password };
  return [
    file("/etc/trinode/app.env.interim", 0o640, encodeVariables(interim), "root", site),
    file("/etc/trinode/database.env", 0o600, shellAssignments(login)),
  ];
}

export interface DatabaseLogin {
  address: string;
  port: number;
  databaseName: string;
  user: string;
  password: string;
}

/** Locked packages of ours that a release is built with. */
export interface ServerLocks {
  /** What runs the site, installed over what it pins. */
  over: string;
  /** Only used where the site has none of its own; may be empty. */
  beside: string;
}

export function serverLocks(asgi: boolean, sentry: boolean): ServerLocks {
  return {
    over: fill("gunicorn/requirements.txt") + (asgi ? fill("gunicorn/asgi.txt") : ""),
    beside: sentry ? fill("gunicorn/sentry.txt") : "",
  };
}

/** Where the certificate that verifies the database lies on the application server. */
export const databaseCa = "/etc/trinode/database-ca.crt";

/**
 * Variables of the site, later ones over earlier ones: its settings module, TLS to the database for every libpq that a site
 * may use without ever having heard of it, then the site's own.
 */
export function appVariables(settingsModule: string, own: Record<string, string>): Record<string, string> {
  return { DJANGO_SETTINGS_MODULE: settingsModule, PGSSLMODE: "verify-full", PGSSLROOTCERT: databaseCa, ...own };
}

/** `NAME=VALUE` ended by NUL each: takes any name and any value, line ends included. @throws Error for what no environment holds. */
export function encodeVariables(variables: Record<string, string>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (name === "" || /[=\0]/.test(name)) throw new Error(`"${name}" is not a variable's name`);
      if (value.includes("\0")) throw new Error(`the value of ${name} holds a NUL, which no variable can`);
      return `${name}=${value}\0`;
    })
    .join("");
}

/**
 * gunicorn's size for a plan: two processes on one socket, at least one worker each. A worker gets its share of three
 * quarters of the memory; one more is counted, for the release that is tried beside, and each of the `others` that run.
 */
export function serverSettings(
  plan: { memoryMb: number; vcpus: number },
  wanted: {
    workers?: number | undefined;
    threads?: number | undefined;
    timeoutSeconds: number;
    class?: WorkerClass | undefined;
  },
  others = 0,
): ServerSettings {
  const byPlan = Math.max(2, Math.min(2 * plan.vcpus, Math.floor(plan.memoryMb / 384)));
  const workerClass = wanted.class ?? "gthread";
  const workersEach = Math.max(1, Math.ceil((wanted.workers ?? byPlan) / 2));
  return {
    workerClass,
    workersEach,
    // gunicorn takes sync with threads for gthread.
    threads: workerClass === "sync" ? 1 : (wanted.threads ?? (workerClass === "uvicorn" ? 16 : 4)),
    timeoutSeconds: wanted.timeoutSeconds,
    workerMemoryMb: Math.max(160, Math.floor((plan.memoryMb * 0.75) / (2 * workersEach + 1 + others))),
  };
}

function appConf({ site, user, domain, address, health, leads = true }: AppSettings): Record<string, string> {
  const place: Record<string, string> = leads ? {} : { LEADS: "no" };
  return {
    SITE: site,
    APP_USER: user,
    DOMAIN: domain,
    PRIVATE_ADDRESS: address,
    ...place,
    ...healthEnvironment(health),
  };
}

/** A health check as scripts get it. */
export function healthEnvironment({ path, status, text = "" }: Health): Record<string, string> {
  return { HEALTH_PATH: path, HEALTH_STATUS: String(status), HEALTH_TEXT: text };
}

/** A URL's path as nginx's locations have it: a slash at both ends. */
function slashed(url: string): string {
  return `/${url.replace(/^\/+|\/+$/g, "")}/`;
}

function gunicornConf({ workersEach, ...server }: ServerSettings, forwardedAllowIps: string): string {
  return fill("gunicorn/gunicorn.conf.py", { workers: workersEach, forwardedAllowIps, ...server });
}

/** Where nginx finds files: below `/srv/<site>`, unless settings put them outside the releases. */
function filesPlaces({ site, webAddresses, static: statics, media }: AppSettings) {
  const place = ({ directory }: FilesAt, inside: string) =>
    `${(directory.startsWith("/") ? directory : inside).replace(/\/+$/, "")}/`;
  return {
    allow: webAddresses.map((address) => `    allow ${address};`).join("\n"),
    staticUrl: slashed(statics.url),
    staticDirectory: place(statics, `/srv/${site}/static`),
    mediaUrl: slashed(media.url),
    mediaDirectory: place(media, `/srv/${site}/shared/media`),
  };
}
