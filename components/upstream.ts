import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { healthEnvironment } from "../render/appFiles";
import type { AppServerArgs, Line } from "./appServerArgs";

/** Takes an application server out of the web server's upstream, whenever `change` is another one. */
export function takeOut(
  name: string,
  { host }: AppServerArgs,
  { web }: Line,
  change: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  return web.step(name, { verb: "upstream-out", environment: { ADDRESS: host.privateIp, CHANGE: change } }, opts);
}

/** Puts it back in, once it answers as it should. */
export function putBack(
  name: string,
  { host, domains, health }: AppServerArgs,
  { web }: Line,
  change: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const environment = {
    ADDRESS: host.privateIp,
    CHANGE: change,
    DOMAIN: domains[0] ?? "",
    ...healthEnvironment(health),
  };
  return web.step(name, { verb: "upstream-in", environment }, opts);
}
