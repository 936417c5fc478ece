import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { type LocalSettings, localDown, localEnvironment, localUp } from "../../../cli/localLinode";
import { LinodeApi } from "../../../cli/linodeApi";
import type { Stack } from "../../../cli/pulumi";
import { recover } from "../../../cli/recover";
import { run } from "../../../cli/run";
import { addressesOf } from "../../../local/hosts/nspawn/addressing";

const PROGRAM = path.resolve(__dirname, "../fleet");
export const ZONE = "fleet.test";

/** What `fleet/index.ts` reads and tests change. */
export interface FleetSettings {
  ports: string;
  plan: string;
  keyComment: string;
  adopted: boolean;
}

export const initialSettings: FleetSettings = {
  ports: "80",
  plan: "g6-nanode-1",
  keyComment: "first",
  adopted: false,
};

export interface FleetServer {
  id: string;
  address: string;
  type: string;
}

export interface FleetOutputs {
  servers: Record<"front" | "back" | "spare", FleetServer>;
  seen: string[];
}

/** The program of `__tests__/e2e/fleet` on a local Linode of its own, with whichever plugins `pulumiHome` holds. */
export class Fleet {
  private constructor(
    readonly local: LocalSettings,
    readonly stack: Stack,
    readonly api: LinodeApi,
  ) {}

  /** Starts the local Linode and makes an empty stack. @param pulumiHome with bin/ and plugins/; see toolchain/pulumiHome.ts */
  static async start(local: LocalSettings, pulumiHome: string): Promise<Fleet> {
    fs.mkdirSync(local.directory, { recursive: true });
    if (!fs.existsSync(path.join(local.directory, "pulumi"))) {
      fs.symlinkSync(path.resolve(pulumiHome), path.join(local.directory, "pulumi"));
    }
    await localUp(local);
    const program = path.resolve(local.directory, "program");
    fs.cpSync(PROGRAM, program, { recursive: true });
    const stack: Stack = {
      name: "fleet",
      configFile: path.join(program, "Pulumi.fleet.yaml"),
      env: await localEnvironment(local),
    };
    const fleet = new Fleet(local, stack, new LinodeApi(stack.env));
    fleet.configure(initialSettings);
    await fleet.pulumi(["stack", "init", "--no-select"]);
    await fleet.api.call("POST", "/domains", { domain: ZONE, type: "master", soa_email: `hostmaster@${ZONE}` });
    return fleet;
  }

  /** Takes everything down, also what an interrupted run has left. */
  static async remove(local: LocalSettings): Promise<void> {
    if (fs.existsSync(local.directory)) await localDown(local, "reset");
    fs.rmSync(local.directory, { recursive: true, force: true });
  }

  /** Writes the stack's configuration; what Pulumi keeps there for its secrets stays. */
  configure(settings: FleetSettings): void {
    const file = this.stack.configFile ?? "";
    const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8").match(/^encryptionsalt:.*$/m) : null;
    const operator = `${addressesOf(this.local.slot).operator}/32`;
    const keyFile = path.resolve(this.local.directory, "ssh/id_ed25519");
    const values = { ...settings, zone: ZONE, operator, keyFile };
    fs.writeFileSync(file, `${stringify({ config: { "fleet:settings": values } })}${before?.[0] ?? ""}\n`);
  }

  /** Runs Pulumi in the program's directory. @throws CommandFailed */
  pulumi(args: string[], input?: string): Promise<string> {
    const [program, all, env] = this.command(args);
    return run(program, all, { env, ...(input !== undefined && { input }) });
  }

  async up(...more: string[]): Promise<void> {
    await this.pulumi(["up", "--yes", "--skip-preview", ...more]);
  }

  /** What a preview would do to which resource, e.g. `update back-instance`. Nothing for what stays. */
  async steps(): Promise<string[]> {
    const { steps } = JSON.parse(await this.pulumi(["preview", "--json"])) as { steps: { op: string; urn: string }[] };
    const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
    return changes.map(({ op, urn }) => `${op} ${urn.split("::").pop()}`).sort();
  }

  async outputs(): Promise<FleetOutputs> {
    return JSON.parse(await this.pulumi(["stack", "output", "--json"])) as FleetOutputs;
  }

  /** After a kill: the API runs again, and the state knows of everything that was made. */
  async recover(): Promise<void> {
    await localUp(this.local);
    await this.dropOrphans();
    await recover(this.stack);
  }

  /** What `recover` leaves to its caller: kinds whose making twice would leave the first one behind. */
  private async dropOrphans(): Promise<void> {
    const known = await this.pulumi(["stack", "export"]).catch(() => "");
    for (const { id } of await this.api.find<Labelled>("/profile/sshkeys", { label: "fleet" })) {
      if (!known.includes(`"id": "${id}"`)) await this.api.call("DELETE", `/profile/sshkeys/${id}`);
    }
    for (const { id } of await this.api.find<Labelled>("/networking/firewalls", { label: "fleet-back" })) {
      const devices = await this.api.find<{ id: number; entity: Labelled }>(`/networking/firewalls/${id}/devices`, {});
      for (const device of devices.filter(({ entity }) => entity.label === "fleet-spare")) {
        if (known.includes(`"id": "${device.id}"`)) continue;
        await this.api.call("DELETE", `/networking/firewalls/${id}/devices/${device.id}`);
      }
    }
  }

  /** How Pulumi is run on this stack: program, arguments, environment. */
  command(args: string[]): [program: string, args: string[], env: NodeJS.ProcessEnv] {
    const [verb = ""] = args;
    const directory = path.dirname(this.stack.configFile ?? "");
    const config = ["stack", "cancel"].includes(verb) ? [] : ["--config-file", this.stack.configFile ?? ""];
    const all = ["-C", directory, ...args, "--non-interactive", "--stack", this.stack.name, ...config];
    return ["pulumi", all, { ...this.stack.env, PULUMI_STACK: undefined }];
  }
}

interface Labelled {
  id: number;
  label: string;
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
