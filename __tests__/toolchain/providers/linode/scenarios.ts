/** Lives of resources, each tried on the official plugin (recorded.jsonl holds its answers) and on the stand-in. */
import { Properties, unknown, Value } from "../../../../toolchain/providers/base";

export interface Scenario {
  /** What a person does. */
  title: string;
  token: string;
  inputs: Properties;
  /** One after the other: what is different from `inputs`. `undefined` takes an input away. */
  changes: { title: string; inputs: Properties; ignoreChanges?: string[] }[];
  /** What Linode refuses, by the step that meets it: the first request that matches. */
  refusals?: Record<string, RegExp>;
  /** What `pulumi import` is given. @default the id */
  importId?: (id: string) => string;
  /** Events have finished before anybody looks. */
  prompt?: boolean;
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKf0cTzQ2F2f3V9v0zSqbLr5DkXfQ7J5VhN5b0c1aZ0y operator@example.org";
const change = (title: string, inputs: Properties, ignoreChanges?: string[]) => ({ title, inputs, ignoreChanges });

const instance = "linode:index/instance:Instance";
const plain: Properties = {
  region: "fr-par",
  type: "g6-nanode-1",
  label: "web1",
  image: "linode/debian12",
  rootPass: "Sup3rS3cret!pass",
  authorizedKeys: [key],
  tags: ["web"],
};
const interfaces = (vpc: { [name: string]: string }): { [name: string]: Value }[] => [
  { purpose: "public", primary: true },
  { purpose: "vpc", subnetId: 77, ipv4: { vpc: "10.0.4.10", ...vpc } },
];

const ssh = { label: "ssh", action: "ACCEPT", protocol: "TCP", ports: "22", ipv4s: ["0.0.0.0/0"], ipv6s: ["::/0"] };
const ping = { label: "ping", action: "ACCEPT", protocol: "ICMP", ipv4s: ["0.0.0.0/0"], description: "echo" };
const web = { label: "http", action: "ACCEPT", protocol: "TCP", ports: "80", ipv4s: ["10.0.0.0/8"] };
const firewall: Properties = { label: "webfw", inboundPolicy: "DROP", outboundPolicy: "ACCEPT", inbounds: [ssh, ping] };

export const scenarios: Scenario[] = [
  {
    title: "a Linode and its simple settings",
    token: instance,
    inputs: plain,
    changes: [
      change("another label", { label: "web2" }),
      change("another tag", { tags: ["web", "b"] }),
      change("no tags", { tags: undefined }),
      change("no watchdog", { watchdogEnabled: false }),
      change("an alert", { alerts: { cpu: 180 } }),
      change("backups", { backupsEnabled: true }),
      change("a group", { group: "g" }),
      change("another region", { backupsEnabled: true, region: "us-east" }),
      change("ignored changes", { region: "us-east", image: "linode/debian13" }, ["image"]),
    ],
  },
  {
    title: "what replaces a Linode",
    token: instance,
    inputs: plain,
    changes: [
      change("another image", { image: "linode/debian13" }),
      change("another password", { rootPass: "An0ther!password" }),
      change("one more key", { authorizedKeys: [key, `${key}2`] }),
      change("no keys", { authorizedKeys: undefined }),
      change("a key not known yet", { authorizedKeys: [unknown] }),
      change("user data", { metadatas: [{ userData: "I2Nsb3Vk" }] }),
      change("a firewall", { firewallId: 3 }),
      change("no encryption", { diskEncryption: "disabled" }),
      change("users' keys", { authorizedUsers: ["bob"] }),
      change("an address of its own", { ipv4s: ["203.0.113.9"] }),
      change("a stackscript", { stackscriptId: 4, stackscriptData: { a: "b" } }),
    ],
  },
  {
    title: "wrong inputs of a Linode",
    token: instance,
    inputs: plain,
    changes: [
      change("a label too short", { label: "a" }),
      change("a password too short", { rootPass: "x" }),
      change("a text for a number", { swapSize: "x" }),
      change("no region", { region: undefined }),
    ],
  },
  {
    title: "another plan",
    token: instance,
    inputs: { ...plain, privateIp: true },
    changes: [change("larger", { type: "g6-standard-1" }), change("smaller again", { type: "g6-nanode-1" })],
  },
  {
    title: "another plan, where Linode is faster than we look",
    token: instance,
    inputs: plain,
    prompt: true,
    changes: [change("larger", { type: "g6-standard-1" })],
  },
  {
    title: "a Linode that is off",
    token: instance,
    inputs: { ...plain, booted: false },
    changes: [
      change("on", { booted: true }),
      change("off again", { booted: false }),
      change("on, with a private address", { booted: true, privateIp: true }),
    ],
  },
  {
    title: "a Linode in a VPC",
    token: instance,
    inputs: {
      ...plain,
      rootPass: undefined,
      interfaces: interfaces({}),
      metadatas: [{ userData: "I2Nsb3VkLWNvbmZpZwo=" }],
      firewallId: 12,
      backupsEnabled: true,
      swapSize: 256,
      privateIp: true,
      watchdogEnabled: false,
      diskEncryption: "enabled",
      alerts: { cpu: 150, io: 9000 },
    },
    changes: [
      change("another label", { label: "web4" }),
      change("another address", { interfaces: interfaces({ vpc: "10.0.4.11" }) }),
      change("NAT", { interfaces: interfaces({ vpc: "10.0.4.11", nat11: "any" }) }),
      change("no interfaces", { interfaces: undefined }),
    ],
  },
  { title: "a Linode without an image", token: instance, inputs: { region: "fr-par", label: "bare" }, changes: [] },
  {
    title: "a firewall",
    token: "linode:index/firewall:Firewall",
    inputs: firewall,
    changes: [
      change("another label", { label: "webfw2" }),
      change("a tag", { tags: ["a"] }),
      change("another port", { inbounds: [{ ...ssh, ports: "22, 80" }] }),
      change("one more rule", { inbounds: [ssh, ping, web] }),
      change("a Linode", { linodes: [123] }),
      change("disabled", { disabled: true }),
      change("outbound rules", { outbounds: [ssh, ping], outboundPolicy: "DROP" }),
      change("an address not known yet", { inbounds: [{ ...ssh, ipv4s: [unknown] }] }),
      change("a Linode not known yet", { linodes: [unknown] }),
      change("no rules", { inbounds: undefined }),
      change("a wrong policy", { inboundPolicy: "drop" }),
    ],
  },
  {
    title: "a firewall of Linodes",
    token: "linode:index/firewall:Firewall",
    inputs: { label: "bare", inboundPolicy: "ACCEPT", outboundPolicy: "ACCEPT", linodes: [5, 4] },
    changes: [
      change("in another order", { linodes: [4, 5] }),
      change("one less", { linodes: [4] }),
      change("left to others", { linodes: undefined }),
    ],
  },
  {
    title: "a firewall's device",
    token: "linode:index/firewallDevice:FirewallDevice",
    inputs: { firewallId: 1234, entityId: 55 },
    importId: (id) => `1234,${id}`,
    changes: [
      change("another Linode", { entityId: 56 }),
      change("another firewall", { firewallId: 2 }),
      change("another kind", { entityType: "nodebalancer" }),
    ],
  },
  {
    title: "an SSH key",
    token: "linode:index/sshKey:SshKey",
    inputs: { label: "k1", sshKey: key },
    changes: [change("another label", { label: "k2" }), change("another key", { sshKey: `${key}2` })],
  },
  {
    title: "a VPC",
    token: "linode:index/vpc:Vpc",
    inputs: { label: "net", region: "fr-par" },
    changes: [
      change("another label", { label: "net2" }),
      change("a description", { description: "d" }),
      change("no description", { description: undefined }),
      change("another region", { region: "us-east" }),
      change("a label not known yet", { label: unknown }),
    ],
  },
  {
    title: "a subnet",
    token: "linode:index/vpcSubnet:VpcSubnet",
    inputs: { vpcId: 31, label: "sub", ipv4: "10.0.5.0/24" },
    importId: (id) => `31,${id}`,
    changes: [
      change("another label", { label: "sub2" }),
      change("another network", { ipv4: "10.0.6.0/24" }),
      change("another VPC", { vpcId: 32 }),
      change("a VPC not known yet", { vpcId: unknown }),
    ],
  },
  {
    title: "an address record",
    token: "linode:index/domainRecord:DomainRecord",
    inputs: { domainId: 50, recordType: "A", name: "www", target: "203.0.113.28" },
    importId: (id) => `50,${id}`,
    changes: [
      change("another target", { target: "203.0.113.29" }),
      change("a time to live", { ttlSec: 300 }),
      change("another type", { recordType: "AAAA", target: "2001:db8::1" }),
      change("another domain", { domainId: 51 }),
      change("a target not known yet", { target: unknown }),
      change("a type that there is not", { recordType: "X" }),
      change("its full name", { name: "www.example.org" }),
    ],
  },
  {
    title: "a mail record",
    token: "linode:index/domainRecord:DomainRecord",
    inputs: { domainId: 50, recordType: "MX", target: "mail.example.org", priority: 10 },
    importId: (id) => `50,${id}`,
    changes: [change("another priority", { priority: 20 })],
  },
  {
    title: "a service record",
    token: "linode:index/domainRecord:DomainRecord",
    inputs: {
      domainId: 50,
      recordType: "SRV",
      service: "sip",
      protocol: "tcp",
      target: "sip.example.org",
      priority: 10,
      weight: 1,
      port: 5060,
    },
    changes: [change("another weight", { weight: 3 })],
  },
  {
    title: "a reverse name",
    token: "linode:index/rdns:Rdns",
    inputs: { address: "203.0.113.28", rdns: "www.example.org" },
    changes: [
      change("another name", { rdns: "w2.example.org" }),
      change("another address", { address: "203.0.113.29" }),
    ],
  },
  {
    title: "a Linode that can't be read when it was made, nor changed at first",
    token: instance,
    inputs: { ...plain, interfaces: interfaces({}), alerts: { cpu: 150 }, privateIp: true },
    changes: [
      change("the same", {}),
      change("another label", { label: "web2", tags: [] }),
      change("another label, again", { label: "web2", tags: [] }),
      change("another plan", { label: "web2", tags: [], type: "g6-standard-1" }),
    ],
    refusals: {
      create: /^GET .*instances\/\d+$/,
      "another label: update": /^PUT .*instances\/\d+$/,
      "another plan: update": /^POST .*resize$/,
    },
  },
  {
    title: "a firewall that can't be read when it was made",
    token: "linode:index/firewall:Firewall",
    inputs: firewall,
    changes: [],
    refusals: { create: /^GET .*rules$/ },
  },
  {
    title: "a firewall that can't be changed at first",
    token: "linode:index/firewall:Firewall",
    inputs: { ...firewall, tags: ["b", "a"], linodes: [5] },
    changes: [
      change("another label", { label: "webfw2" }),
      change("one more rule", { inbounds: [ssh, ping, web] }),
      change("another Linode", { linodes: [6] }),
      change("all of it", { inbounds: [ssh, ping, web], linodes: [6] }),
    ],
    refusals: {
      "another label: update": /^PUT .*firewalls\/\d+$/,
      "one more rule: update": /^PUT .*rules$/,
      "another Linode: update": /^POST .*devices$/,
    },
  },
  {
    title: "a record that can't be read when it was made, nor changed at first",
    token: "linode:index/domainRecord:DomainRecord",
    inputs: { domainId: 50, recordType: "A", name: "www", target: "203.0.113.28" },
    changes: [
      change("the same", {}),
      change("another target", { target: "203.0.113.29" }),
      change("another target, again", { target: "203.0.113.29" }),
    ],
    refusals: { create: /^GET .*records\/\d+$/, "another target: update": /^PUT/ },
  },
  {
    title: "a reverse name that Linode refuses at first",
    token: "linode:index/rdns:Rdns",
    inputs: { address: "203.0.113.28", rdns: "www.example.org" },
    changes: [change("another name", { rdns: "w2.example.org" }), change("again", { rdns: "w2.example.org" })],
    refusals: { "another name: update": /^PUT/ },
  },
  {
    title: "a VPC that can't be changed at first",
    token: "linode:index/vpc:Vpc",
    inputs: { label: "net", region: "fr-par" },
    changes: [change("another label", { label: "net2" }), change("again", { label: "net2" })],
    refusals: { "another label: update": /^PUT/ },
  },
  {
    title: "a subnet that can't be changed at first",
    token: "linode:index/vpcSubnet:VpcSubnet",
    inputs: { vpcId: 31, label: "sub", ipv4: "10.0.5.0/24" },
    changes: [change("another label", { label: "sub2" }), change("again", { label: "sub2" })],
    refusals: { "another label: update": /^PUT/ },
  },
  {
    title: "an SSH key that can't be changed at first, nor deleted",
    token: "linode:index/sshKey:SshKey",
    inputs: { label: "k1", sshKey: key },
    changes: [change("another label", { label: "k2" }), change("again", { label: "k2" })],
    refusals: { "another label: update": /^PUT/, delete: /^DELETE/ },
  },
  {
    title: "a Linode that is refused",
    token: instance,
    inputs: plain,
    changes: [],
    refusals: { create: /^POST .*instances$/ },
  },
  {
    title: "a firewall's device that is refused",
    token: "linode:index/firewallDevice:FirewallDevice",
    inputs: { firewallId: 1234, entityId: 55 },
    changes: [],
    refusals: { create: /^POST .*devices$/ },
  },
];

/** Functions with their arguments. */
export const invocations: [string, Properties][] = [
  ["linode:index/getDomain:getDomain", { domain: "example.org" }],
  ["linode:index/getDomain:getDomain", { id: 50 }],
  ["linode:index/getDomain:getDomain", { domain: "nowhere.example" }],
  ["linode:index/getRegion:getRegion", { id: "fr-par" }],
  ["linode:index/getInstanceType:getInstanceType", { id: "g6-nanode-1" }],
  ["linode:index/getImage:getImage", { id: "linode/debian12" }],
  ["linode:index/getProfile:getProfile", {}],
];
