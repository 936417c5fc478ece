import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AppServer, type AppServerArgs } from "../../../components/appServer";
import { LinodeHost } from "../../../components/linodeHost";
import { receiveBundle } from "../../../render/bundle";
import { only, record } from "../../components/recorder";
import { asRoot } from "./ssh";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** An application server that `pulumi up` has made, and its steps without Pulumi: what they send is what the program sends. */
export class AppHost {
  private variables: Record<string, string> = {};
  private login: Record<string, string> = {};
  private authority = "";

  constructor(
    private readonly address: string,
    /** Directory of the local Linode. */
    private readonly directory: string,
    /** What the site is configured with, beside its variables. */
    private readonly site: Pick<AppServerArgs, "site" | "domains" | "wsgi" | "settings" | "health">,
  ) {}

  /** Reads what the server has been configured with. */
  async learn(): Promise<void> {
    const [env, login, authority] = await Promise.all(
      ["app.env.next", "database.env", "database-ca.crt"].map((name) => this.ask(`cat /etc/trinode/${name}`)),
    );
    const pairs = env!.split("\0").filter(Boolean);
    this.variables = Object.fromEntries(pairs.map((line) => line.split(/=([^]*)/).slice(0, 2) as [string, string]));
    this.login = Object.fromEntries(
      [...login!.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    this.authority = authority!;
  }

  /**
   * Builds and activates a source's release; ends with the first step that fails. `environment` is set before both;
   * `activating` gets what drops the connection of the second.
   */
  async release(
    source: string,
    more: Partial<AppServerArgs> = {},
    environment = "",
    activating?: (drop: () => void) => void,
  ): Promise<Ended> {
    const made = await record(() => this.program(source, more));
    const text = (name: string) => (only(made, { name }).inputs.stdin as { secret: string }).secret;
    const remotePath = only(made, { name: "app-source" }).inputs.remotePath as string;
    // Where the program has packed it: see `prepareRelease`.
    const archive = join(".trinode", pulumi.getStack(), "releases", basename(remotePath));
    await this.ask(`cat >'${remotePath}'`, readFileSync(archive));
    const built = await this.step(text("app-build"), environment);
    return built.code === 0 ? this.step(text("app-release"), environment, activating) : built;
  }

  /** One step, as `hostStep` does it. */
  private step(bundle: string, environment: string, started?: (drop: () => void) => void): Promise<Ended> {
    return this.run(`${environment}\n${receiveBundle}`, bundle, started);
  }

  /** A command's standard output. @throws Error when it fails */
  async ask(command: string, input: string | Buffer = ""): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, input);
    if (code !== 0) throw new Error(`${command.slice(0, 200)}: ${code} ${stderr}${stdout.slice(-2000)}`);
    return stdout;
  }

  run(command: string, input: string | Buffer = "", started?: (drop: () => void) => void): Promise<Ended> {
    const child = spawn("ssh", [...asRoot(this.directory, this.address), command]);
    started?.(() => child.kill("SIGKILL"));
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  }

  private program(source: string, more: Partial<AppServerArgs>): void {
    const host = new LinodeHost("app", {
      ...{ label: "releases", region: "fr-par", image: "linode/debian13", plan: "g6-nanode-1", tags: [] },
      ...{ subnetId: pulumi.output(1), privateAddress: "10.0.0.12", inbound: [] },
      operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
    });
    const { PGHOST: address = "", PGPORT, PGDATABASE: databaseName = "", PGUSER: user = "", PGPASSWORD } = this.login;
    new AppServer("app", {
      ...{ host, ...this.site, source, install: { packages: [], apt: [] }, server: { timeoutSeconds: 30 } },
      ...{ static: { url: "/static/", directory: "staticfiles" }, media: { url: "/media/", directory: "media" } },
      variables: this.variables,
      database: {
        ...{ caCertificate: this.authority, ready: [], address, databaseName, user },
        ...{ port: Number(PGPORT), password: PGPASSWORD! },
      },
      webAddresses: ["10.0.0.11"],
      plan: { memoryMb: 1024, vcpus: 1 },
      ...more,
    });
  }
}
