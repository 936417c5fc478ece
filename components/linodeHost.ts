import * as command from "@pulumi/command";
import * as linode from "@pulumi/linode";
import * as pulumi from "@pulumi/pulumi";
import type { Alerts } from "../render/alerts";
import { baseFiles, operatorKeys } from "../render/baseFiles";
import { firewallRules, type Inbound } from "../render/firewallRules";
import type { HostFile } from "../render/hostFile";
import { hostStep, type HostStepArgs } from "./hostStep";

/** Who may provision, and how. */
export interface Operators {
  /** Public keys for root's `authorized_keys`, one or more. */
  sshKeys: string[];
  /** Where port 22 (and 5432 of the database) may be reached from; never the world. */
  cidrs: string[];
  /** Private key that this program uses. @default the SSH agent of whoever runs it */
  privateKey?: pulumi.Output<string>;
}

export interface LinodeHostArgs {
  /** The Linode's and its firewall's label, 3 to 32 characters. */
  label: string;
  region: string;
  /** e.g. `linode/debian13`. Only read when the machine is made. */
  image: string;
  /** e.g. `g6-nanode-1`. A change is a resize. */
  plan: string;
  tags: string[];
  /** Size of the swap disk in MB. Only read when the machine is made. @default 512 */
  swapMb?: number;
  /** Subnet of the VPC, and this host's fixed address in it, e.g. `10.0.0.10`. */
  subnetId: pulumi.Input<number>;
  privateAddress: string;
  /** What the cloud firewall lets in, beside operators on port 22. */
  inbound: Inbound[];
  operators: Operators;
  /** Lets no mail out. @default false */
  catchMail?: boolean;
  /** Refuses to delete the machine until the configuration says otherwise. @default false */
  protect?: boolean;
  /** From when on Linode sends a mail about the machine's load. @default Linode's own settings are left alone */
  alerts?: Alerts | undefined;
  /** Linode's own backups of the whole machine, and when. `false` deletes those that there are. @default left as set at Linode */
  machineBackups?: boolean | { day?: string | undefined; window?: string | undefined } | undefined;
}

/**
 * A Linode behind a firewall, ready to be provisioned: its SSH host key is recorded at first contact and checked ever after,
 * and operators' keys are kept by a file on it. No change of configuration makes it anew: see `ignoreChanges`.
 */
export class LinodeHost extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly label: string;
  readonly plan: string;
  /** Public IPv4 address. */
  readonly publicIp: pulumi.Output<string>;
  /** Address in the VPC; known before the machine is. */
  readonly privateIp: string;
  readonly instance: linode.Instance;
  /** For `@pulumi/command`, host key included. */
  readonly connection: pulumi.Output<command.types.input.remote.ConnectionArgs>;
  /** Files that every host has; a role's own step installs them with its own. */
  readonly baseFiles: HostFile[];

  constructor(
    /** Of the resource; names of steps start with it. */
    readonly name: string,
    private readonly args: LinodeHostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:LinodeHost", name, {}, opts);
    const firewall = this.createFirewall(`${name}-firewall`);
    this.instance = this.createInstance(`${name}-instance`, firewall);
    this.keepBehind(`${name}-behind-firewall`, firewall);
    this.scheduleBackups(`${name}-backup-schedule`);
    this.id = this.instance.id;
    this.label = args.label;
    this.plan = args.plan;
    this.publicIp = this.instance.ipAddress;
    this.privateIp = args.privateAddress;
    this.baseFiles = baseFiles();
    this.connection = this.firstContact(`${name}-contact`);
    this.step(`${name}-keys`, { verb: "install", files: [operatorKeys(args.operators.sshKeys)] }, { parent: this });
    this.registerOutputs({ id: this.id, publicIp: this.publicIp, privateIp: this.privateIp });
  }

  /** Does a step on this host: see `hostStep`. */
  step(name: string, args: HostStepArgs, opts: pulumi.CustomResourceOptions): command.remote.Command {
    return hostStep(name, this, args, opts);
  }

  /** First in time: there is no moment without it. */
  private createFirewall(name: string): linode.Firewall {
    const { label, tags, inbound, operators, catchMail } = this.args;
    const rules = firewallRules(inbound, operators.cidrs, { catchMail });
    return new linode.Firewall(name, { label, tags, ...rules }, { parent: this });
  }

  private createInstance(name: string, firewall: linode.Firewall): linode.Instance {
    const {
      label,
      region,
      image,
      plan,
      tags,
      swapMb = 512,
      subnetId,
      privateAddress,
      operators,
      protect,
      alerts,
      machineBackups,
    } = this.args;
    return new linode.Instance(
      name,
      {
        label,
        region,
        image,
        type: plan,
        tags,
        swapSize: swapMb,
        // Without it, a machine that gets a smaller plan is left off.
        booted: true,
        authorizedKeys: operators.sshKeys,
        firewallId: firewall.id.apply(Number),
        interfaces: [
          { purpose: "public", primary: true },
          { purpose: "vpc", subnetId, ipv4: { vpc: privateAddress } },
        ],
        ...(alerts && { alerts }),
        ...(machineBackups !== undefined && { backupsEnabled: machineBackups !== false }),
      },
      {
        parent: this,
        protect: protect ?? false,
        // Label and address in the VPC are one machine's: `pulumi up --replace` can't have the new one beside the old.
        deleteBeforeReplace: true,
        // The provider makes the machine anew for each of these (the first six), and can't change the swap in place. One that an
        // operator has turned off is not turned on behind his back.
        ignoreChanges: [
          "region",
          "image",
          "authorizedKeys",
          "rootPass",
          "metadatas",
          "firewallId",
          "swapSize",
          "booted",
        ],
      },
    );
  }

  /**
   * The machine is made behind its firewall, and a change of `firewallId` would make it anew. So where the firewall is another one,
   * because somebody has deleted the former, the machine is put behind it here.
   */
  private keepBehind(name: string, firewall: linode.Firewall): void {
    const request = pulumi.output({
      ...{ linode: this.instance.id.apply(Number), firewall: firewall.id.apply(Number) },
      token: new pulumi.Config("linode").getSecret("token"),
    });
    new command.local.Command(
      name,
      {
        create: ":",
        update: "node --import tsx cli/firewall/attach.ts",
        stdin: pulumi.secret(request.apply(JSON.stringify)),
      },
      { parent: this },
    );
  }

  /** The provider can't say when Linode makes them. */
  private scheduleBackups(name: string): void {
    const { machineBackups: wanted } = this.args;
    if (typeof wanted !== "object" || (wanted.day ?? wanted.window) === undefined) return;
    const request = pulumi.output({
      ...{ linode: this.instance.id.apply(Number), day: wanted.day, window: wanted.window },
      token: new pulumi.Config("linode").getSecret("token"),
    });
    new command.local.Command(
      name,
      {
        create: "node --import tsx cli/machineBackups/schedule.ts",
        stdin: pulumi.secret(request.apply(JSON.stringify)),
        // Also where the service was off in between.
        triggers: [this.instance.backupsEnabled],
      },
      { parent: this },
    );
  }

  /** Waits until SSH answers and records the host's key, which every later connection insists on. */
  private firstContact(name: string): pulumi.Output<command.types.input.remote.ConnectionArgs> {
    const { operators } = this.args;
    const login = {
      host: this.publicIp,
      user: "root",
      privateKey: operators.privateKey,
      perDialTimeout: 5,
      // 60 tries are four minutes: a Linode's first boot has been seen to take two.
      dialErrorLimit: 60,
    };
    const contact = new command.remote.Command(
      name,
      {
        connection: login,
        create: "cat /etc/ssh/ssh_host_ed25519_key.pub",
        triggers: [this.id],
        addPreviousOutputInEnv: false,
        logging: command.remote.Logging.None,
      },
      // Once for each machine: another provisioning key must not make whoever answers trusted. (A machine made anew is asked anew, with
      // the key of that time.)
      { parent: this, deletedWith: this.instance, ignoreChanges: ["connection"] },
    );
    // A host key is public; the provider calls the output secret because the private key went in.
    const hostKey = pulumi.unsecret(contact.stdout).apply((line) => line.split(" ").slice(0, 2).join(" "));
    return pulumi.output({ ...login, hostKey });
  }
}
