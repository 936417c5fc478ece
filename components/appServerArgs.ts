import type * as pulumi from "@pulumi/pulumi";
import type { Health, WorkerClass } from "../render/appFiles";
import type { Others } from "../render/processFiles";
import type { LinodeHost } from "./linodeHost";
import type { Release, SiteSource } from "./release";
import type { SiteRedis } from "./siteRedis";

export interface AppServerArgs extends Omit<SiteSource, "sentry"> {
  /** The machine; of its own, or shared with the other roles. */
  host: LinodeHost;
  /** Supervisor program, unix group and `/srv/<site>`; 2 to 16 lower-case letters, digits and hyphens. */
  site: string;
  /** Unix user. @default the site's name */
  user?: string | undefined;
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
  /** Keeps mail that the site sends as files in its home, `mail/`. @default false */
  catchMail?: boolean;
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
  /** Its place among several application servers. @default it is the only one */
  line?: Line | undefined;
}

/** Several application servers, to which a release comes one after the other. */
export interface Line {
  /** Machine of the web server. */
  web: LinodeHost;
  /** What is done on others before a release is made live here. */
  after: pulumi.Resource[];
  /** The first one prepares the database for all. */
  leads: boolean;
  /** How many others there are. */
  followers: number;
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
