/** Fields of `linode.Instance`. Source: terraform-provider-linode 3.1.1, linode/instance/schema_resource.go. */
import { createHash } from "node:crypto";
import {
  computed,
  either,
  Field,
  Fields,
  lengthBetween,
  oneOf,
  optional,
  required,
  sameLetters,
} from "../../base/bridge/schema";

const texts = (options: Partial<Field> = {}) => optional("list", { items: optional("string"), ...options });
const object = (fields: Fields) => optional("object", { fields });

/** The state keeps a root password's hash alone. */
export const passwordHash = (password: string): string => createHash("sha3-512").update(password).digest("base64");

const iface = object({
  purpose: required("string"),
  ipamAddress: optional("string"),
  label: optional("string"),
  id: computed("integer"),
  subnetId: optional("integer"),
  vpcId: computed("integer"),
  primary: optional("boolean", { default: false }),
  active: computed("boolean"),
  ipRanges: texts(),
  ipv4: either("object", {
    fields: {
      vpc: either("string"),
      nat11: either("string", { same: (have, want) => want === "any" && typeof have === "string" && have !== "" }),
    },
  }),
});

const device = either("object", {
  fields: { diskLabel: optional("string"), diskId: either("integer"), volumeId: optional("integer") },
});

const config = object({
  id: computed("integer"),
  label: required("string"),
  helpers: either("object", {
    fields: {
      updatedbDisabled: optional("boolean", { default: true }),
      distro: optional("boolean", { default: true }),
      modulesDep: optional("boolean", { default: true }),
      network: optional("boolean", { default: true }),
      devtmpfsAutomount: optional("boolean", { default: false }),
    },
  }),
  devices: either("object", {
    fields: Object.fromEntries([..."abcdefgh"].map((letter) => [`sd${letter}`, device])),
  }),
  interfaces: optional("list", { items: iface }),
  kernel: optional("string"),
  runLevel: optional("string", { default: "default" }),
  virtMode: optional("string", { default: "paravirt" }),
  rootDevice: either("string"),
  comments: optional("string"),
  memoryLimit: optional("integer"),
});

/** What Linode does not tell of a disk that exists is never a change. */
const forgotten: Partial<Field> = { same: () => true };

const disk = object({
  label: required("string"),
  size: required("integer"),
  id: computed("integer"),
  filesystem: either("string"),
  readOnly: either("boolean"),
  image: either("string", forgotten),
  authorizedKeys: texts(forgotten),
  authorizedUsers: texts(forgotten),
  stackscriptId: either("integer", forgotten),
  stackscriptData: either("map", { secret: true, ...forgotten }),
  rootPass: optional("string", { secret: true, ...forgotten }),
});

const numbers = (names: string[]) => Object.fromEntries(names.map((name) => [name, either("integer")]));

export const fields: Fields = {
  alerts: either("object", { fields: numbers(["cpu", "io", "networkIn", "networkOut", "transferQuota"]) }),
  authorizedKeys: texts({ replace: true }),
  authorizedUsers: texts({ replace: true }),
  backupId: optional("integer", { replace: true }),
  backups: computed("list", { items: computed("object") }),
  backupsEnabled: either("boolean"),
  bootConfigLabel: either("string"),
  booted: either("boolean"),
  capabilities: computed("set", { items: computed("string") }),
  configs: either("list", { items: config }),
  diskEncryption: either("string", { replace: true, check: oneOf(["enabled", "disabled"]) }),
  disks: either("list", { items: disk }),
  firewallId: optional("integer", { replace: true }),
  group: optional("string"),
  hasUserData: computed("boolean"),
  hostUuid: computed("string"),
  image: optional("string", { replace: true }),
  interfaces: optional("list", { items: iface }),
  ipAddress: computed("string"),
  ipv4s: either("set", { replace: true, items: optional("string") }),
  ipv6: computed("string"),
  label: either("string", { check: lengthBetween(3, 50) }),
  lkeClusterId: computed("integer"),
  metadatas: optional("list", { items: object({ userData: optional("string", { replace: true }) }) }),
  migrationType: optional("string", { default: "cold", check: oneOf(["cold", "warm"]) }),
  placementGroup: optional("object", {
    fields: {
      id: required("integer"),
      compliantOnly: optional("boolean"),
      label: computed("string"),
      placementGroupType: computed("string"),
      placementGroupPolicy: either("string"),
    },
  }),
  placementGroupExternallyManaged: optional("boolean", { default: false, same: () => true }),
  privateIp: optional("boolean"),
  privateIpAddress: computed("string"),
  region: required("string"),
  resizeDisk: optional("boolean", { default: false }),
  rootPass: optional("string", {
    replace: true,
    secret: true,
    stored: passwordHash,
    same: (have, want) => have !== null && have === want,
    check: lengthBetween(11, 128),
  }),
  sharedIpv4s: either("set", { items: optional("string") }),
  specs: computed("list", { items: computed("object") }),
  stackscriptData: optional("map", { replace: true, secret: true }),
  stackscriptId: optional("integer", { replace: true }),
  status: computed("string"),
  swapSize: either("integer", { imported: false }),
  tags: either("set", {
    absent: [],
    items: optional("string", { same: sameLetters }),
  }),
  type: optional("string", { default: "g6-standard-1" }),
  watchdogEnabled: optional("boolean", { default: true }),
};
