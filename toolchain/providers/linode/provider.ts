/** Stand-in of pulumi-linode 5.1.1: the resources and functions that a program like ours uses. */
import type { Provider } from "../base";
import { checkConfig, configure, Linode } from "./config";
import { domainRecord } from "./domainRecord";
import { firewall } from "./firewall";
import { firewallDevice } from "./firewallDevice";
import { getDomain } from "./functions/getDomain";
import { getImage } from "./functions/getImage";
import { getInstanceType } from "./functions/getInstanceType";
import { getInstanceTypes } from "./functions/getInstanceTypes";
import { getProfile } from "./functions/getProfile";
import { getRegion } from "./functions/getRegion";
import { instance } from "./instance/resource";
import { objectStorageBucket } from "./objectStorageBucket";
import { objectStorageKey } from "./objectStorageKey";
import { rdns } from "./rdns";
import { sshKey } from "./sshKey";
import { vpc } from "./vpc";
import { vpcSubnet } from "./vpcSubnet";

export const provider: Provider<Linode> = {
  name: "linode",
  version: "5.1.1",
  secrets: "engine",
  checkConfig,
  configure,
  resources: [
    ...[instance, firewall, firewallDevice, sshKey, vpc, vpcSubnet, domainRecord, rdns],
    ...[objectStorageBucket, objectStorageKey],
  ],
  functions: [getDomain, getImage, getInstanceType, getInstanceTypes, getProfile, getRegion],
};
