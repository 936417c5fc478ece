import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { Client } from "ssh2";
import type { HostLink, HostSpec } from "../../../local/hosts/driver";
import { addressesOf } from "../../../local/hosts/nspawn/addressing";

/** Small hosts on one slot, and eyes on them from outside and from inside. */
export class HostBench {
  readonly key: string;

  constructor(
    readonly directory: string,
    readonly slot: number,
  ) {
    fs.mkdirSync(directory, { recursive: true });
    this.key = path.join(directory, "key");
    if (!fs.existsSync(this.key)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", this.key]);
  }

  /** Public IPv4 address number `n` of the slot. */
  ipv4(n: number): string {
    return addressesOf(this.slot).gateway.replace(/\d+$/, String(n));
  }

  ipv6(n: number): string {
    return addressesOf(this.slot).gateway6.replace(/1$/, n.toString(16));
  }

  /** Host `n`, with public address `n` and, in a VPC, address `10.0.0.<vpcHost>`. */
  host(n: number, more: Partial<HostSpec> & { vpc?: { id: number; host: number } } = {}): HostSpec {
    const { vpc, ...spec } = more;
    const links: HostLink[] = [{ purpose: "public", addresses: [`${this.ipv4(n)}/24`, `${this.ipv6(n)}/64`] }];
    if (vpc) {
      const subnets = ["10.0.0.0/24"];
      links.push({ purpose: "vpc", addresses: [`10.0.0.${vpc.host}/24`], vpc: { id: vpc.id, subnets } });
    }
    return {
      id: n,
      label: `bench-${n}`,
      image: "linode/debian13",
      plan: { memoryMb: 512, vcpus: 1, diskMb: 2048, swapMb: 0 },
      authorizedKeys: [fs.readFileSync(`${this.key}.pub`, "utf8")],
      links,
      ...spec,
    };
  }

  /** Runs a shell script on a host as root and gives its output. @throws Error with what it said when it fails */
  ssh(n: number, script: string, seconds = 60): Promise<string> {
    const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=3"];
    const args = ["-i", this.key, ...options.flatMap((option) => ["-o", option]), "-o", "BatchMode=yes"];
    return new Promise((resolve, reject) => {
      const child = spawn("ssh", [...args, `root@${this.ipv4(n)}`, "bash -s"], { stdio: ["pipe", "pipe", "pipe"] });
      const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
      let output = "";
      let errors = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      child.on("close", (code) => {
        clearTimeout(timer);
        if (code === 0) resolve(output.trim());
        else reject(new Error(`on host ${n}: exit ${code}: ${errors} ${output}`));
      });
      child.stdin.on("error", () => undefined);
      child.stdin.end(script);
    });
  }

  /** Whether root gets in with this password. */
  acceptsPassword(n: number, password: string): Promise<boolean> {
    return new Promise((resolve) => {
      const client = new Client();
      client.on("ready", () => resolve((client.end(), true)));
      client.on("error", () => resolve(false));
      client.connect({ host: this.ipv4(n), username: "root", password, readyTimeout: 10_000 });
    });
  }

  /** Something answers on these TCP ports and, by echo, on these UDP ports, on all addresses. */
  async listen(n: number, ports: number[]): Promise<void> {
    await this.ssh(
      n,
      `cat >/root/listen.py <<'END'\n${LISTEN}\nEND\nsystemd-run --quiet python3 /root/listen.py ${ports.join(" ")}`,
    );
    await this.ssh(
      n,
      `for i in $(seq 100); do ss -ltn | grep -q ':${ports.at(-1)} ' && exit; sleep 0.05; done; exit 1`,
    );
  }

  /** Which of these `address:port/protocol` answer, asked from a host or from this machine. */
  async reachable(from: number | "operator", targets: string[]): Promise<string[]> {
    const script = `cat >/tmp/probe.py <<'END'\n${PROBE}\nEND\npython3 /tmp/probe.py ${targets.join(" ")}`;
    const output =
      from === "operator" ? execFileSync("bash", ["-c", script], { encoding: "utf8" }) : await this.ssh(from, script);
    return output.split("\n").filter(Boolean);
  }

  /** An open connection to a host's echo port. */
  connect(n: number, port: number): Promise<net.Socket> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: this.ipv4(n), port }, () => resolve(socket));
      socket.on("error", reject);
    });
  }
}

/** Sends a word and waits for it to come back. */
export function echo(socket: net.Socket, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no echo")), 5_000);
    socket.once("data", (chunk) => {
      clearTimeout(timer);
      resolve(chunk.toString());
    });
    socket.write(word);
  });
}

const LISTEN = `
import asyncio, socket, sys

class Udp(asyncio.DatagramProtocol):
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, address): self.transport.sendto(data, address)

async def tcp(reader, writer):
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()

async def main():
    loop = asyncio.get_running_loop()
    for port in map(int, sys.argv[1:]):
        await loop.create_datagram_endpoint(Udp, local_addr=("::", port))
        await asyncio.start_server(tcp, None, port)
    await asyncio.Event().wait()

asyncio.run(main())
`;

const PROBE = `
import socket, sys, threading

def answers(address, port, protocol):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family, kind) as s:
        s.settimeout(1.5)
        try:
            s.connect((address, int(port)))
            if protocol == "udp":
                s.send(b"x")
                return s.recv(10) == b"x"
            return True
        except OSError:
            return False

def probe(target):
    address, rest = target.rsplit(":", 1)
    if answers(address.strip("[]"), *rest.split("/")): found.append(target)

found = []
threads = [threading.Thread(target=probe, args=(t,)) for t in sys.argv[1:]]
[t.start() for t in threads]
[t.join() for t in threads]
print("\\n".join(t for t in sys.argv[1:] if t in found))
`;
