import { connect } from "node:net";
import { join } from "node:path";
import { LinodeApi } from "../cli/linodeApi";
import { run } from "../cli/run";

/** Bare hosts of the local Linode, made through its API without Pulumi. */
export class BareHosts {
  private readonly api: LinodeApi;

  constructor(
    env: NodeJS.ProcessEnv,
    /** Directory of the local Linode. */
    private readonly directory: string,
    /** Public half of its operator's key. */
    private readonly publicKey: string,
  ) {
    this.api = new LinodeApi(env);
  }

  /** Makes hosts side by side; resolves when SSH answers on every one. */
  async create(labels: string[]): Promise<BareHost[]> {
    return Promise.all(labels.map((label) => this.createOne(label)));
  }

  /** Deletes hosts and waits until they are gone. */
  async delete(hosts: BareHost[]): Promise<void> {
    await Promise.all(hosts.map(({ id }) => this.api.call("DELETE", `/linode/instances/${id}`)));
    const ids = new Set(hosts.map(({ id }) => id));
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
      const left = await this.api.find<{ id: number }>("/linode/instances", {});
      if (!left.some(({ id }) => ids.has(id))) return;
    }
    throw new Error("the hosts were not deleted within a minute");
  }

  private async createOne(label: string): Promise<BareHost> {
    const { id, ipv4 } = await this.api.call<{ id: number; ipv4: string[] }>("POST", "/linode/instances", {
      label,
      region: "fr-par",
      type: "g6-nanode-1",
      image: "linode/debian13",
      authorized_keys: [this.publicKey],
    });
    const host = { id, address: ipv4[0]!, directory: this.directory };
    await sshAnswers(host.address, 60);
    return host;
  }
}

/** A host, as far as a command on it is concerned. */
export interface BareHost {
  /** Of the Linode; its host key is remembered by it, because addresses are used again. */
  id: number;
  /** Public IPv4 address. */
  address: string;
  /** Of the local Linode, where its operator's key is. */
  directory: string;
}

/** Runs a command on a host as root over SSH. Returns its standard output. @throws CommandFailed */
export function onHost({ id, address, directory }: BareHost, command: string): Promise<string> {
  const options = {
    StrictHostKeyChecking: "accept-new",
    HostKeyAlias: `linode-${id}`,
    UserKnownHostsFile: join(directory, "known_hosts"),
    IdentitiesOnly: "yes",
    BatchMode: "yes",
    LogLevel: "ERROR",
  };
  return run("ssh", [
    "-F",
    "none",
    "-i",
    join(directory, "ssh/id_ed25519"),
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    `root@${address}`,
    command,
  ]);
}

/** Waits until a server on port 22 introduces itself as SSH. @throws Error when it has not within so many seconds */
export async function sshAnswers(address: string, seconds: number): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
    if ((await banner(address)).startsWith("SSH-")) return;
  }
  throw new Error(`SSH on ${address} did not answer within ${seconds} s`);
}

/** The first bytes that a server sends; empty when there is none. */
function banner(address: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const end = (text: string) => {
      socket.destroy();
      resolve(text);
    };
    socket.on("data", (bytes) => end(bytes.toString("latin1")));
    socket.on("timeout", () => end(""));
    socket.on("error", () => end(""));
    socket.on("close", () => end(""));
  });
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
