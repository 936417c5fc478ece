/** Stand-in of pulumi-linode 5.1.1: the resources and functions that a program like ours uses. */
import type { Provider } from "../base";
import { checkConfig, configure, Linode } from "./config";
import { firewall } from "./firewall";
import { firewallDevice } from "./firewallDevice";
import { instance } from "./instance/resource";
import { sshKey } from "./sshKey";
import { vpc } from "./vpc";
import { vpcSubnet } from "./vpcSubnet";

export const provider: Provider<Linode> = {
  name: "linode",
  version: "5.1.1",
  secrets: "engine",
  checkConfig,
  configure,
  resources: [instance, firewall, firewallDevice, sshKey, vpc, vpcSubnet],
  functions: [],
};
