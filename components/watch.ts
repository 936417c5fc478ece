import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Offsite } from "../render/backupFiles";
import { watchFiles, type WatchSettings } from "../render/watchFiles";
import type { LinodeHost } from "./linodeHost";

export interface WatchArgs extends Pick<WatchSettings, "site" | "stack" | "domain" | "webhook" | "email"> {
  /** The web server, set up: it has no part in making copies. */
  host: LinodeHost;
  /** The bucket off the servers, with a key that reads. Should be a secret as a whole. @default copies are not watched */
  bucket?: pulumi.Input<Offsite> | undefined;
}

/** Looks at copies and servers every five minutes, and tells operators what is not well: once, and again when it is. */
export function watch(
  name: string,
  { host, bucket, ...settings }: WatchArgs,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const files = pulumi.output(bucket).apply((found) => watchFiles({ ...settings, bucket: found }));
  return host.step(name, { verb: "setup-watch", scripts: watchScripts, files }, opts);
}

const watchScripts = [
  "lib/bucket.sh",
  "lib/status.sh",
  "status-watch.sh",
  "watch.sh",
  "python/watch_tell.py",
  "python/watch_problems.py",
  "python/watch_send.py",
  "python/watch_say.py",
];
