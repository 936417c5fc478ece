import { createHash } from "node:crypto";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { AppServerArgs } from "./appServerArgs";
import type { Delivery } from "./releaseBuild";

/** Whether mail can be sent. Told, never fatal: tried again with every release, and when variables change. */
export function checkMail(
  name: string,
  { host, site }: AppServerArgs,
  { variables }: Pick<Delivery, "variables">,
  live: command.remote.Command,
  opts: pulumi.CustomResourceOptions,
): void {
  const reasons = pulumi.all([live.stdout, variables]).apply((values) => JSON.stringify(values));
  const environment = {
    SITE: site,
    REASON: reasons.apply((text) => createHash("sha256").update(text).digest("hex")),
  };
  host.step(
    name,
    { verb: "mail-check", scripts: ["lib/app.sh", "python/app_run.py", "python/mail_probe.py"], environment },
    { ...opts, dependsOn: [live] },
  );
}
