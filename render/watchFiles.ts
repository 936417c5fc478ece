import type { Offsite } from "./backupFiles";
import { offsiteEnvironment } from "./backupFiles";
import { shellAssignments } from "./bundle";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** How a mail server takes alerts. */
export interface MailSettings {
  to: string[];
  from: string;
  /** `host:port`; port 465 is TLS from the first byte, on others it is begun by STARTTLS. */
  server: string;
  /** `none`: not encrypted, for a server of one's own network. */
  security: "tls" | "none";
  user?: string | undefined;
  password?: string | undefined;
}

export interface WatchSettings {
  site: string;
  stack: string;
  /** The site's canonical name. */
  domain: string;
  /** The bucket off the servers, with a key that reads. @default copies are not watched */
  bucket?: Offsite | undefined;
  /** URL that alerts are posted to. @default none */
  webhook?: string | undefined;
  /** @default none */
  email?: MailSettings | undefined;
}

/** The files of the server that watches. Who hears of alerts, and how the bucket is reached, is for root alone. */
export function watchFiles({ bucket, webhook, email, ...about }: WatchSettings): HostFile[] {
  const { site, stack } = about;
  const settings = { ...about, name: `${site}-${stack}`, copies: bucket !== undefined, webhook, email };
  return [
    file("/etc/trinode/watch.json", 0o600, `${JSON.stringify(settings, null, 2)}\n`),
    ...(bucket === undefined
      ? []
      : [file("/etc/trinode/watch-bucket.env", 0o600, shellAssignments(offsiteEnvironment(bucket)))]),
    file("/etc/systemd/system/trinode-watch.service", 0o644, fill("watch/watch.service", { site })),
    file("/etc/systemd/system/trinode-watch.timer", 0o644, fill("watch/watch.timer", { site })),
  ];
}
