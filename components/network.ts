import * as linode from "@pulumi/linode";
import * as pulumi from "@pulumi/pulumi";

export interface NetworkArgs {
  /** Label of the VPC, 1 to 64 characters. */
  label: string;
  /** What a VPC has in place of tags: by it, it is found again when its state is lost. */
  description: string;
  region: string;
}

/** Addresses in the subnet, fixed so that everything about them is known before a machine is made. */
export const addresses = { database: "10.0.0.10", web: "10.0.0.11", app: "10.0.0.12" } as const;

/** Addresses of so many application servers, the first one's first. */
export function appAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.0.0.${12 + index}`);
}

/**
 * All addresses that application servers can have, eight of them. The database admits these however many servers there are: one that comes
 * or goes is served to its last request, whichever of database and web server hears of it first.
 */
export const appRanges = ["10.0.0.12/30", "10.0.0.16/30"];

/** The private network that the servers share. */
export class Network extends pulumi.ComponentResource {
  readonly subnetId: pulumi.Output<number>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinode:index:Network", name, {}, opts);
    const { label, description, region } = args;
    // A machine stays where it was made, and its network with it.
    const vpc = new linode.Vpc(
      `${name}-vpc`,
      { label, description, region },
      { parent: this, ignoreChanges: ["region"] },
    );
    const subnet = new linode.VpcSubnet(
      `${name}-subnet`,
      { vpcId: vpc.id.apply(Number), label: "servers", ipv4: "10.0.0.0/24" },
      { parent: this },
    );
    this.subnetId = subnet.id.apply(Number);
    this.registerOutputs({ subnetId: this.subnetId });
  }
}
