import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Linode } from "@linode/api-v4";
import { rootPass } from "./client";

const root = resolve(__dirname, "../../..");
jest.setTimeout(120_000);

/** The API as a process of its own, as `npm run local -- up` runs it, with hosts that are gone when it is. */
class Daemon {
  private process: ChildProcess | undefined;
  private url = "";
  output = "";

  constructor(readonly directory: string) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  async start(): Promise<void> {
    const args = ["--import", "tsx", "local/api/main.ts", "--directory", this.directory, "--port", "0", "--slot", "10"];
    const child = spawn(process.execPath, [...args, "--driver", "memory"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    this.output = "";
    this.url = await new Promise<string>((found, failed) => {
      const read = (chunk: Buffer) => {
        this.output += chunk.toString();
        const url = /local Linode: (http:\/\/\S+)\/v4/.exec(this.output)?.[1];
        if (url) found(url);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", () => failed(new Error(this.output)));
    });
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const token = readFileSync(join(this.directory, "token"), "utf8").trim();
    const answer = await fetch(`${this.url}/v4${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async list<T>(path: string): Promise<T[]> {
    return (await this.call<{ data: T[] }>("GET", `${path}?page_size=500`)).data;
  }

  async settled(id: number): Promise<Linode> {
    for (;;) {
      const linode = await this.call<Linode>("GET", `/linode/instances/${id}`);
      if (linode.status === "running" || linode.status === "offline") return linode;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

let daemon: Daemon;
beforeEach(async () => {
  daemon = new Daemon(mkdtempSync(join(tmpdir(), "trinode-daemon-")));
  await daemon.start();
});
afterEach(async () => {
  await daemon.end("SIGKILL");
  rmSync(daemon.directory, { recursive: true, force: true });
});

const linode = { region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", root_pass: rootPass };

describe("the daemon", () => {
  it("loses nothing it has answered for when it is killed, again and again, in the middle of writing", async () => {
    const answered = new Map<number, string>();
    for (let round = 0; round < 2; round++) {
      // Clients that write as fast as they can, until the server is gone.
      const writers = [0, 1, 2].map(async (writer) => {
        for (let at = 0; ; at++) {
          const label = `r${round}-w${writer}-${at}`;
          const vpc = await daemon.call<{ id: number }>("POST", "/vpcs", { label, region: "fr-par" });
          answered.set(vpc.id, label);
        }
      });
      const before = answered.size;
      while (answered.size < before + 20) await new Promise((resolve) => setImmediate(resolve));
      await daemon.end("SIGKILL");
      await Promise.allSettled(writers);
      await daemon.start();
      const vpcs = new Map(
        (await daemon.list<{ id: number; label: string }>("/vpcs")).map((vpc) => [vpc.id, vpc.label]),
      );
      for (const [id, label] of answered) expect([id, vpcs.get(id)]).toEqual([id, label]);
    }
    const ids = [...answered.keys()];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("ends every half-made instance as running or off, never between, whenever it is killed", async () => {
    const ids: number[] = [];
    for (let round = 0; round < 2; round++) {
      const created = await Promise.allSettled(
        Array.from({ length: 5 }, () => daemon.call<Linode>("POST", "/linode/instances", linode)),
      );
      ids.push(...created.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : [])));
      await daemon.end("SIGKILL");
      await daemon.start();
    }
    // Memory hosts are gone with their process: those that ran are tried by the watchdog and then shown as off.
    const linodes = await Promise.all(ids.map((id) => daemon.settled(id)));
    const events = await daemon.list<{ status: string }>("/account/events");
    expect(events.filter((event) => event.status === "started" || event.status === "scheduled")).toEqual([]);
    const addresses = linodes.flatMap((one) => one.ipv4);
    expect(new Set(addresses).size).toBe(ids.length);
    const made = await daemon.call<Linode>("POST", "/linode/instances", linode);
    expect(await daemon.settled(made.id)).toMatchObject({ status: "running" });
  });

  it("serves ten clients at once, each its own things", async () => {
    const client = async (name: string) => {
      const firewall = await daemon.call<{ id: number }>("POST", "/networking/firewalls", {
        label: `wall-${name}`,
        rules: { inbound: [], inbound_policy: "DROP", outbound: [], outbound_policy: "ACCEPT" },
      });
      const made = await daemon.call<Linode>("POST", "/linode/instances", {
        ...linode,
        label: name,
        firewall_id: firewall.id,
      });
      const running = await daemon.settled(made.id);
      const disks = await daemon.list(`/linode/instances/${made.id}/disks`);
      await daemon.call("DELETE", `/linode/instances/${made.id}`);
      return [running.label, running.status, disks.length];
    };
    const names = Array.from({ length: 10 }, (_, at) => `client-${at}`);
    expect(await Promise.all(names.map(client))).toEqual(names.map((name) => [name, "running", 2]));
  });

  it("keeps state and token to itself, says who it is, and ends cleanly when asked", async () => {
    expect(statSync(join(daemon.directory, "token")).mode & 0o777).toBe(0o600);
    expect(statSync(join(daemon.directory, "store")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(daemon.directory, "api.pid"), "utf8")).toMatch(new RegExp(`^${daemon.pid} \\d+\n$`));
    const second = new Daemon(daemon.directory);
    await expect(second.start()).rejects.toThrow(/serves .* already/);
    expect(await daemon.end("SIGTERM")).toBe(0);
    expect(existsSync(join(daemon.directory, "api.pid"))).toBe(false);
    expect(daemon.output).not.toContain(rootPass);
  });

  it("starts after a reboot, when its former number is another process's", async () => {
    expect(await daemon.end("SIGTERM")).toBe(0);
    writeFileSync(join(daemon.directory, "api.pid"), `${process.pid} 1\n`);
    await daemon.start();
    expect(await daemon.list("/linode/instances")).toEqual([]);
  });
});
