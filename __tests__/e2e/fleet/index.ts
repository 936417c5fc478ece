import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as linode from "@pulumi/linode";
import * as pulumi from "@pulumi/pulumi";

/**
 * A VPC with three Linodes that serve a page each: `front` to the world, `back` and `spare` to the subnet. Every kind of resource
 * is here that a program like ours has. Fields that a test changes are configuration.
 */
interface FleetConfig {
  /** Zone that exists at Linode; `www` is set in it. */
  zone: string;
  /** CIDR from which SSH is allowed. */
  operator: string;
  /** File of the private key, whose public half stands beside it. */
  keyFile: string;
  /** Ports of `front` that the world may reach, e.g. `80`. */
  ports: string;
  /** Plan of `back`: a change resizes it. */
  plan: string;
  /** Comment of the key that `spare` is made with: a change replaces the machine. */
  keyComment: string;
  /** Whether what the test made by hand, and imports, is a part of the program. */
  adopted: boolean;
}

const settings = new pulumi.Config("fleet").requireObject<FleetConfig>("settings");
const region = "fr-par";
const names = ["front", "back", "spare"] as const;
type Name = (typeof names)[number];
const privateAddresses: Record<Name, string> = { front: "10.0.9.10", back: "10.0.9.11", spare: "10.0.9.12" };
const publicKey = readFileSync(`${settings.keyFile}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");
const privateKey = pulumi.secret(readFileSync(settings.keyFile, "utf8"));
type Sources = Pick<linode.types.input.FirewallInbound, "ipv4s" | "ipv6s">;
const anywhere: Sources = { ipv4s: ["0.0.0.0/0"], ipv6s: ["::/0"] };

const key = new linode.SshKey("key", { label: "fleet", sshKey: publicKey });
const vpc = new linode.Vpc("vpc", { label: "fleet", region, description: "three" });
const subnet = new linode.VpcSubnet("subnet", { vpcId: vpc.id.apply(Number), label: "servers", ipv4: "10.0.9.0/24" });
const firewalls = {
  front: firewall("front", settings.ports, anywhere),
  back: firewall("back", "80", { ipv4s: ["10.0.9.0/24"] }),
};
const instances = {
  front: instance("front", "g6-nanode-1", firewalls.front),
  back: instance("back", settings.plan, firewalls.back),
  spare: instance("spare", "g6-nanode-1"),
};
new linode.FirewallDevice("spare-device", {
  firewallId: firewalls.back.id.apply(Number),
  entityId: instances.spare.id.apply(Number),
});
const pages = { front: page("front"), back: page("back"), spare: page("spare") };
records();
adopted();

/** What `front` gets from each of the others, through the VPC. */
export const seen = (["back", "spare"] as const).map((name) => look(name).stdout);
export const servers = Object.fromEntries(
  names.map((name) => [
    name,
    { id: instances[name].id, address: instances[name].ipAddress, type: instances[name].type },
  ]),
);

function firewall(name: string, ports: string, from: Sources): linode.Firewall {
  const rule = (label: string, rulePorts: string, addresses: object) => ({
    label,
    action: "ACCEPT",
    protocol: "TCP",
    ports: rulePorts,
    ...addresses,
  });
  return new linode.Firewall(`${name}-firewall`, {
    label: `fleet-${name}`,
    tags: ["fleet"],
    inbounds: [rule("ssh", "22", { ipv4s: [settings.operator] }), rule("web", ports, from)],
    inboundPolicy: "DROP",
    outboundPolicy: "ACCEPT",
  });
}

function instance(name: Name, type: string, firewall?: linode.Firewall): linode.Instance {
  const comment = name === "spare" ? ` ${settings.keyComment}` : "";
  return new linode.Instance(
    `${name}-instance`,
    {
      label: `fleet-${name}`,
      region,
      type,
      image: "linode/debian13",
      tags: ["fleet", name],
      swapSize: 256,
      authorizedKeys: [pulumi.interpolate`${key.sshKey}${comment}`],
      ...(firewall && { firewallId: firewall.id.apply(Number) }),
      interfaces: [
        { purpose: "public", primary: true },
        { purpose: "vpc", subnetId: subnet.id.apply(Number), ipv4: { vpc: privateAddresses[name] } },
      ],
    },
    // Linode refuses a second machine with the same label and address.
    { deleteBeforeReplace: true },
  );
}

function connection(name: Name): command.types.input.remote.ConnectionArgs {
  return { host: instances[name].ipAddress, user: "root", privateKey, dialErrorLimit: 60, perDialTimeout: 5 };
}

/** A page with the machine's name, served also after a reboot. */
function page(name: Name): command.remote.Command {
  const options = { deletedWith: instances[name] };
  const unit = new command.remote.CopyToRemote(
    `${name}-unit`,
    {
      connection: connection(name),
      source: new pulumi.asset.FileAsset("page.service"),
      remotePath: "/etc/systemd/system/page.service",
      triggers: [instances[name].id],
    },
    options,
  );
  return new command.remote.Command(
    `${name}-page`,
    {
      connection: connection(name),
      stdin: `page of ${name}\n`,
      create: "mkdir -p /srv/page && cat >/srv/page/index.html && systemctl enable --quiet --now page && hostname",
      triggers: [instances[name].id],
    },
    { ...options, dependsOn: unit },
  );
}

function look(at: "back" | "spare"): command.remote.Command {
  return new command.remote.Command(
    `front-sees-${at}`,
    {
      connection: connection("front"),
      create: `curl -sf -m 5 --retry 10 --retry-all-errors --retry-delay 1 http://${privateAddresses[at]}/`,
      triggers: [instances.front.id, instances[at].id],
    },
    { dependsOn: [pages.front, pages[at]], deletedWith: instances.front },
  );
}

function records(): void {
  const domainId = pulumi.output(linode.getDomain({ domain: settings.zone })).apply(({ id }) => Number(id));
  const target = instances.front.ipAddress;
  const www = new linode.DomainRecord("www", { domainId, recordType: "A", name: "www", target, ttlSec: 300 });
  new linode.DomainRecord("text", { domainId, recordType: "TXT", name: "www", target: "three Linodes" });
  new linode.Rdns("front-name", { address: target, rdns: `www.${settings.zone}` }, { dependsOn: www });
}

function adopted(): void {
  if (!settings.adopted) return;
  new linode.Vpc("by-hand", { label: "by-hand", region, description: "made by hand" });
}
