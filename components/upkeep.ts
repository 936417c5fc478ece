import type * as pulumi from "@pulumi/pulumi";
import { upkeepFiles, type UpkeepSettings } from "../render/upkeepFiles";
import type { LinodeHost } from "./linodeHost";

/** Security updates by themselves, one server after the other in the order given; the last step on each machine. */
export function keepUp(
  hosts: LinodeHost[],
  site: Omit<UpkeepSettings, "turn">,
  dependsOn: pulumi.Resource[],
): pulumi.Resource[] {
  const machines = [...new Set(hosts)];
  return machines.map((host, turn) =>
    host.step(
      `${host.name}-upkeep`,
      { verb: "setup-upkeep", scripts: ["site-healthy.sh"], files: upkeepFiles({ ...site, turn }) },
      { parent: host, dependsOn },
    ),
  );
}
