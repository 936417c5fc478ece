import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FirewallRules, HostSpec } from "../../local/hosts/driver";
import { addressesOf, networkName } from "../../local/hosts/nspawn/addressing";
import { Cgroup } from "../../local/hosts/nspawn/cgroup";
import { type NspawnDriver, nspawnDriver } from "../../local/hosts/nspawn/driver";
import { processStat } from "../../local/hosts/nspawn/process";
import { type Footprint, footprint as footprintOf } from "./support/footprint";
import { echo, HostBench } from "./support/hostBench";

const DIRECTORY = path.resolve(__dirname, "../../.test/hosts");
const SLOT = 12;
/** An image may have to be built first. */
const BUILD_MS = 600_000;

jest.setTimeout(180_000);

const bench = new HostBench(DIRECTORY, SLOT);
let driver: NspawnDriver;
let before: Footprint;

beforeAll(async () => {
  driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
  await driver.reset(); // what an interrupted run left
  before = footprint();
  await driver.start();
}, BUILD_MS);

afterAll(async () => {
  await driver.reset();
});

async function deploy(...hosts: HostSpec[]): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      await driver.create(host);
      await driver.boot(host);
    }),
  );
}

async function removeAll(): Promise<void> {
  for (const { id } of await driver.list()) await driver.remove(id);
}

describe.each(["linode/debian13", "linode/debian12"])("a host with %s", (image) => {
  afterAll(removeAll);

  it(
    "lets root in by key and by password, under its own name",
    async () => {
      await deploy(bench.host(20, { image, rootPassword: "Pa$$ w:ord'\"x!" }));
      expect(await bench.ssh(20, "hostname; . /etc/os-release; echo $ID$VERSION_ID")).toBe(
        `bench-20\n${image.replace("linode/", "").replace("debian", "debian")}`,
      );
      expect(await bench.acceptsPassword(20, "Pa$$ w:ord'\"x!")).toBe(true);
      expect(await bench.acceptsPassword(20, "something else")).toBe(false);
    },
    BUILD_MS,
  );

  it("comes up with systemd and nothing failed", async () => {
    expect(await bench.ssh(20, "systemctl is-system-running --wait; systemctl --failed --quiet")).toBe("running");
  });

  it("is itself again after a reboot from inside", async () => {
    const boot = "systemctl show -p UserspaceTimestampMonotonic --value";
    const first = await bench.ssh(20, `${boot}; (sleep 0.5; systemctl reboot) >/dev/null 2>&1 &`);
    const again = await eventually(
      () => bench.ssh(20, boot),
      (now) => now !== first,
    );
    expect(again).not.toBe("");
    expect(await driver.list()).toMatchObject([{ id: 20, running: true }]);
  });

  it("has host keys of its own", async () => {
    await deploy(bench.host(21, { image }));
    const key = "cat /etc/ssh/ssh_host_ed25519_key.pub /etc/machine-id";
    expect(await bench.ssh(20, key)).not.toBe(await bench.ssh(21, key));
  });
});

describe("user data", () => {
  afterAll(removeAll);

  it("is run at the first boot", async () => {
    await deploy(bench.host(20, { userData: Buffer.from("#!/bin/sh\necho ran >/root/user-data\n") }));
    expect(
      await eventually(
        () => bench.ssh(20, "cat /root/user-data"),
        (text) => text === "ran",
      ),
    ).toBe("ran");
  });
});

describe("an image that cannot be run here", () => {
  it("is refused with what can", async () => {
    await expect(driver.create(bench.host(20, { image: "linode/arch" }))).rejects.toThrow(
      "Image linode/arch cannot be run here; only linode/debian13 and linode/debian12 can.",
    );
  });
});

describe("firewalls", () => {
  const PORTS = [80, 81, 443, 5432];
  const everywhere = (n: number) => [`${bench.ipv4(n)}`, `[${bench.ipv6(n)}]`, "10.0.0.20"];
  const targets = (addresses: string[]) =>
    addresses.flatMap((address) => [22, ...PORTS].map((port) => `${address}:${port}/tcp`).concat(`${address}:81/udp`));

  beforeAll(async () => {
    await deploy(bench.host(20, { vpc: { id: 1, host: 20 } }), bench.host(21, { vpc: { id: 1, host: 21 } }));
    await bench.listen(20, PORTS);
  });
  beforeEach(() => driver.setFirewall(20, null));
  afterAll(removeAll);

  const accept = (ports: string, more: object = {}) => ({
    action: "ACCEPT" as const,
    protocol: "TCP" as const,
    ports,
    ipv4: ["0.0.0.0/0"],
    ipv6: ["::/0"],
    ...more,
  });
  const rules = (inbound: FirewallRules["inbound"], more: Partial<FirewallRules> = {}): FirewallRules => ({
    inbound,
    inboundPolicy: "DROP",
    outbound: [],
    outboundPolicy: "ACCEPT",
    ...more,
  });

  it("let everything pass where there is none", async () => {
    const all = targets(everywhere(20).slice(0, 2));
    expect(await bench.reachable("operator", all)).toEqual(all);
    expect(await bench.reachable(21, targets(everywhere(20)))).toEqual(targets(everywhere(20)));
  });

  it("show everybody exactly the allowed ports, on public and private addresses, old and new protocol", async () => {
    await driver.setFirewall(20, rules([accept("22-79, 80"), accept("5432", { ipv4: ["10.0.0.0/24"], ipv6: [] })]));
    const [ipv4 = "", ipv6 = ""] = everywhere(20);
    const open = [ipv4, ipv6].flatMap((address) => [`${address}:22/tcp`, `${address}:80/tcp`]);
    expect(await bench.reachable("operator", targets([ipv4, ipv6]))).toEqual(open);
    expect(await bench.reachable(21, targets(everywhere(20)))).toEqual([
      ...open,
      ...["22", "80", "5432"].map((port) => `10.0.0.20:${port}/tcp`),
    ]);
  });

  it("tell the operator from other hosts", async () => {
    const { operator } = addressesOf(SLOT);
    await driver.setFirewall(20, rules([accept("443", { ipv4: [`${operator}/32`], ipv6: [] })]));
    const port = [`${bench.ipv4(20)}:443/tcp`];
    expect(await bench.reachable("operator", port)).toEqual(port);
    expect(await bench.reachable(21, port)).toEqual([]);
  });

  it("go by the first rule that matches", async () => {
    const drop = { ...accept("80"), action: "DROP" as const };
    await driver.setFirewall(20, rules([drop, accept("80-81")]));
    const ports = [80, 81].map((port) => `${bench.ipv4(20)}:${port}/tcp`);
    expect(await bench.reachable("operator", ports)).toEqual(ports.slice(1));
  });

  it("know UDP and ICMP", async () => {
    const udp = { ...accept("81"), protocol: "UDP" as const };
    const icmp = { ...accept(""), ports: undefined, protocol: "ICMP" as const };
    const ping = (address: string) => `ping -c1 -W1 ${address} >/dev/null && echo yes || echo no`;
    await driver.setFirewall(20, rules([udp]));
    const both = [`${bench.ipv4(20)}:81/udp`, `${bench.ipv4(20)}:81/tcp`];
    expect(await bench.reachable("operator", both)).toEqual(both.slice(0, 1));
    expect(await bench.ssh(21, `${ping(bench.ipv4(20))}; ${ping(bench.ipv6(20))}; ${ping("10.0.0.20")}`)).toBe(
      "no\nno\nno",
    );
    await driver.setFirewall(20, rules([udp, icmp]));
    expect(await bench.ssh(21, `${ping(bench.ipv4(20))}; ${ping(bench.ipv6(20))}; ${ping("10.0.0.20")}`)).toBe(
      "yes\nyes\nyes",
    );
  });

  it("hold back what a host sends", async () => {
    await bench.listen(21, PORTS);
    const out = { ...accept("80"), action: "ACCEPT" as const };
    await driver.setFirewall(20, rules([accept("22")], { outbound: [out], outboundPolicy: "DROP" }));
    const asked = [
      `${bench.ipv4(21)}:80/tcp`,
      `${bench.ipv4(21)}:81/tcp`,
      "10.0.0.21:81/tcp",
      `[${bench.ipv6(21)}]:443/tcp`,
    ];
    expect(await bench.reachable(20, asked)).toEqual(asked.slice(0, 1));
  });

  it("keep an open connection when they change, and refuse a new one", async () => {
    await driver.setFirewall(20, rules([accept("443")]));
    const socket = await bench.connect(20, 443);
    await driver.setFirewall(20, rules([accept("22")]));
    expect(await echo(socket, "still here")).toBe("still here");
    expect(await bench.reachable("operator", [`${bench.ipv4(20)}:443/tcp`])).toEqual([]);
    socket.destroy();
  });

  it("lose no connection while they are replaced again and again", async () => {
    const [one, two] = [rules([accept("443")]), rules([accept("443"), accept("80")])];
    await driver.setFirewall(20, one);
    for (let round = 0; round < 10; round++) {
      const [socket] = await Promise.all([bench.connect(20, 443), driver.setFirewall(20, round % 2 ? one : two)]);
      expect(await echo(socket, `round ${round}`)).toBe(`round ${round}`);
      socket.destroy();
    }
  });

  it("still stand after the driver's restart", async () => {
    await driver.setFirewall(20, rules([accept("22")]));
    await driver.stop();
    driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
    await driver.start();
    expect(await bench.reachable("operator", targets([bench.ipv4(20)]))).toEqual([`${bench.ipv4(20)}:22/tcp`]);
  });
});

describe("networks", () => {
  beforeAll(() =>
    deploy(
      bench.host(20, { vpc: { id: 1, host: 10 } }),
      bench.host(21, { vpc: { id: 1, host: 11 } }),
      bench.host(22, { vpc: { id: 2, host: 10 } }),
      bench.host(23, { vpc: { id: 2, host: 11 } }),
    ),
  );
  afterAll(removeAll);

  it("keep two VPCs apart that have the same addresses", async () => {
    for (const n of [20, 22]) {
      await bench.ssh(
        n,
        `mkdir -p /srv/www; hostname >/srv/www/name; systemd-run --quiet -p WorkingDirectory=/srv/www python3 -m http.server 8000`,
      );
    }
    const ask = "curl -s --retry-connrefused --retry 10 --retry-delay 1 -m 3 http://10.0.0.10:8000/name";
    const answers = await Promise.all([bench.ssh(21, ask), bench.ssh(23, ask)]);
    expect(answers).toEqual(["bench-20", "bench-22"]);
  });

  it("do not let a VPC's address be reached from outside it", async () => {
    const ask = "curl -s -m 2 http://10.0.0.10:8000/name";
    expect(await bench.ssh(21, ask)).toBe("bench-20");
    expect(execFileSync("bash", ["-c", `${ask} || true`], { encoding: "utf8" })).not.toMatch(/bench/);
  });

  it("drop what pretends to be another host", async () => {
    await bench.listen(23, [9000]);
    const forged = `ip addr add ${bench.ipv4(22)}/32 dev eth0; curl -s -m 2 --interface ${bench.ipv4(22)} http://${bench.ipv4(23)}:9000/; echo $?`;
    expect(await bench.ssh(20, forged)).toBe("28");
  });

  it("block outgoing mail unless told otherwise", async () => {
    await bench.listen(23, [25, 587]);
    const ports = [25, 587].map((port) => `${bench.ipv4(23)}:${port}/tcp`);
    expect(await bench.reachable(20, ports)).toEqual([]);
    await driver.stop();
    driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT, mail: true });
    await driver.start();
    expect(await bench.reachable(20, ports)).toEqual(ports);
  });

  it("resolve the names that were set, at once, and those of the world", async () => {
    await driver.setNames([
      { name: "www.shop.test", type: "A", value: bench.ipv4(20) },
      { name: "www.shop.test", type: "AAAA", value: bench.ipv6(20) },
      { name: "shop.test", type: "CNAME", value: "www.shop.test" },
    ]);
    const ask =
      "getent ahostsv4 shop.test | head -1; getent ahostsv6 www.shop.test | head -1; getent hosts $(awk -F/ '/^deb http:/ { print $3; exit }' /etc/apt/sources.list) >/dev/null && echo world";
    const [ipv4, ipv6, world] = (await bench.ssh(21, ask)).split("\n");
    expect(ipv4).toMatch(bench.ipv4(20));
    expect(ipv6).toMatch(bench.ipv6(20));
    expect(world).toBe("world");
    await driver.setNames([{ name: "www.shop.test", type: "A", value: bench.ipv4(22) }]);
    expect(await bench.ssh(21, "getent hosts www.shop.test")).toMatch(bench.ipv4(22));
  });

  it("give a package to the second host without asking the internet again", async () => {
    const install = "apt-get install -y -q lego >/dev/null 2>&1; lego --version";
    await Promise.all([bench.ssh(20, "apt-get update -q >/dev/null"), bench.ssh(21, "apt-get update -q >/dev/null")]);
    expect(await bench.ssh(20, install)).toMatch(/lego/);
    inNetwork("nft", "add rule inet trinode output oifname uplink tcp dport { 80, 443 } reject");
    expect(await bench.ssh(21, install)).toMatch(/lego/);
  });

  it("have an authority that any ACME client gets a certificate from", async () => {
    await driver.start();
    await driver.setNames([{ name: "www.shop.test", type: "A", value: bench.ipv4(20) }]);
    const issue = `systemd-run --quiet -p WorkingDirectory=/srv/www python3 -m http.server 80; sleep 1; cd /root
lego --server https://acme.linode.test/acme/local/directory --accept-tos --email a@shop.test --domains www.shop.test \\
  --key-type ec256 --http --http.webroot /srv/www run >lego.log 2>&1 || { cat lego.log; exit 1; }
openssl verify -untrusted .lego/certificates/www.shop.test.issuer.crt .lego/certificates/www.shop.test.crt`;
    expect(await bench.ssh(20, issue)).toMatch(/www.shop.test.crt: OK$/);
  });
});

describe("the network's own services", () => {
  afterAll(removeAll);

  it("come back when one of them is killed", async () => {
    await deploy(bench.host(20));
    const services = () => new Cgroup(`${networkName(SLOT)}/services`).processes();
    services().forEach((pid) => process.kill(pid, "SIGKILL"));
    const ask = "getent hosts acme.linode.test && curl -sf https://acme.linode.test/acme/local/directory";
    expect(
      await eventually(
        () => bench.ssh(20, ask),
        (answer) => answer.includes("newNonce"),
      ),
    ).toMatch(/newOrder/);
  });
});

describe("a plan", () => {
  beforeAll(() => deploy(bench.host(20, { plan: { memoryMb: 256, vcpus: 1, diskMb: 1024, swapMb: 0 } })));
  afterAll(removeAll);

  it("limits memory: what takes more is killed, the host goes on", async () => {
    const eat = `python3 -c 'a = bytearray(400 << 20)' 2>/dev/null; echo $?`;
    expect(await bench.ssh(20, eat)).toBe("137");
    expect(await bench.ssh(20, "python3 -c 'a = bytearray(100 << 20)'; echo $?")).toBe("0");
    expect((await driver.stats(20)).memoryLimitBytes).toBe(256 << 20);
  });

  it("limits the processor: two busy processes share one", async () => {
    const burn = `python3 - <<'END'
import multiprocessing, os, time
def burn(end):
    while time.time() < end: pass
end = time.time() + 3
workers = [multiprocessing.Process(target=burn, args=(end,)) for _ in range(4)]
[w.start() for w in workers]; [w.join() for w in workers]
t = os.times(); print(t.children_user + t.children_system)
END`;
    expect(Number(await bench.ssh(20, burn))).toBeLessThan(3.9);
  });

  it("limits the disk, and says so inside", async () => {
    expect(await bench.ssh(20, "fallocate -l 1500M /root/big 2>&1 || df --output=size -BM / | tail -1")).toMatch(
      /No space left on device\n\s*9\d\dM/,
    );
  });

  it("grows with the disk of a larger one at the next boot, keeping what is there", async () => {
    await bench.ssh(20, "rm -f /root/big; echo kept >/root/file");
    await driver.shutdown(20);
    await driver.boot(bench.host(20, { plan: { memoryMb: 512, vcpus: 2, diskMb: 3072, swapMb: 0 } }));
    expect(await bench.ssh(20, "cat /root/file; df --output=size -BM / | tail -1")).toMatch(/^kept\n\s*2[89]\d\dM$/);
    expect((await driver.stats(20)).memoryLimitBytes).toBe(512 << 20);
  });

  it("is measured", async () => {
    const stats = await driver.stats(20);
    expect(stats.cpuSeconds).toBeGreaterThan(0.1);
    expect(stats.memoryBytes).toBeGreaterThan(1 << 20);
    expect(stats.links).toMatchObject([{ name: "eth0" }]);
    expect(stats.links[0]?.receivedBytes).toBeGreaterThan(1000);
  });
});

describe("a host whose end nobody ordered", () => {
  const host = bench.host(20);
  const exits: number[] = [];
  beforeAll(async () => {
    await deploy(host);
    driver.onExit((id) => exits.push(id));
  });
  beforeEach(() => void exits.splice(0));
  afterAll(removeAll);

  it("is reported when its nspawn is killed, leaves no process, and boots again with its disk", async () => {
    await bench.ssh(20, "echo kept >/root/file; sync");
    process.kill(nspawnOf(20), "SIGKILL");
    await eventually(
      async () => exits.join(),
      (text) => text === "20",
    );
    expect(new Cgroup(`${networkName(SLOT)}/20`).processes()).toEqual([]);
    expect(await driver.list()).toMatchObject([{ id: 20, running: false }]);
    await driver.boot(host);
    expect(await bench.ssh(20, "cat /root/file")).toBe("kept");
  });

  it("is reported when it powers itself off", async () => {
    await bench.ssh(20, "(sleep 0.5; systemctl poweroff) >/dev/null 2>&1 &");
    await eventually(
      async () => exits.join(),
      (text) => text === "20",
    );
    await driver.boot(host);
  });

  it("is not reported when it was shut down in order", async () => {
    await driver.shutdown(20);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(exits).toEqual([]);
    await driver.boot(host);
  });
});

describe("a driver that dies", () => {
  afterAll(removeAll);

  it("leaves its hosts running, and the next one finds them", async () => {
    await deploy(bench.host(20));
    const id = "cat /etc/machine-id; systemctl show -p UserspaceTimestampMonotonic --value";
    const first = await bench.ssh(20, id);
    await driver.stop();
    driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
    await driver.start();
    expect(await driver.list()).toMatchObject([{ id: 20, running: true }]);
    await driver.boot(bench.host(20));
    expect(await bench.ssh(20, id)).toBe(first);
  });

  it.each([50, 300, 700, 1200])(
    "in the midst of making a host (%i ms) leaves nothing the next cannot finish",
    async (ms) => {
      const host = bench.host(21);
      await killedAfter(ms, host);
      await driver.stop();
      driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
      await driver.start();
      await deploy(host);
      expect(await bench.ssh(21, "hostname")).toBe("bench-21");
      expect(new Cgroup(`${networkName(SLOT)}/21`).processes().filter(isNspawn)).toHaveLength(1);
      await driver.remove(21);
    },
  );
});

/** Of a program that works on copies of this directory. */
function processesOf(program: string): number[] {
  const mine = (pid: string) => {
    const words = fs.existsSync(`/proc/${pid}/cmdline`)
      ? fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
      : [];
    const environment = words.some((word) => path.basename(word) === program)
      ? fs.readFileSync(`/proc/${pid}/environ`, "utf8")
      : "";
    return environment.includes(`COPY=${DIRECTORY}/`);
  };
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && mine(name))
    .map(Number);
}

describe("a disk's copy", () => {
  const copies = path.join(DIRECTORY, "copies");
  /** Numbers, one a file, each on the disk before the next: what a moment has ends with a whole one. */
  const count = "i=0; while :; do i=$((i+1)); echo $i >/root/n.part; sync /root/n.part; mv /root/n.part /root/n; done";

  beforeAll(() => deploy(bench.host(20)));
  afterAll(async () => {
    await removeAll();
    for (const { id } of await driver.copies()) await driver.dropCopy(id);
  });

  it("is of one moment of a host that goes on, and brings it back", async () => {
    await bench.ssh(20, `echo then >/root/file; systemd-run --quiet sh -c '${count}'`);
    await driver.copyDisk(20, 1);
    const later = Number(await bench.ssh(20, "sleep 1; cat /root/n; echo now >/root/file"));
    await driver.bringBack(1, bench.host(20));
    await driver.boot(bench.host(20));
    const [file, number] = (await bench.ssh(20, "cat /root/file /root/n")).split("\n");
    expect(file).toBe("then");
    expect(Number(number)).toBeGreaterThan(0);
    expect(Number(number)).toBeLessThan(later);
    expect(await bench.ssh(20, "systemctl is-system-running --wait")).toBe("running");
  });

  it("makes another host, beside the one it is of", async () => {
    await driver.bringBack(1, bench.host(21));
    await driver.boot(bench.host(21));
    expect(await bench.ssh(21, "cat /root/file")).toBe("then");
    expect(await bench.ssh(20, "cat /root/file")).toBe("then");
    await driver.remove(21);
  });

  it("outlives the driver", async () => {
    await driver.stop();
    driver = nspawnDriver({ directory: DIRECTORY, slot: SLOT });
    await driver.start();
    expect(await driver.copies()).toEqual([{ id: 1, bytes: expect.any(Number) as number }]);
  });

  it("that is killed in the middle is none; the host goes on, and the next one is whole", async () => {
    await bench.ssh(20, "head -c 400M /dev/urandom >/root/large; sync");
    const cut = driver.copyDisk(20, 2).catch((error: Error) => error.message);
    const working = () => processesOf("copy.sh").concat(processesOf("cp"));
    const begun = () => fs.existsSync(path.join(copies, "2.part/disk.img"));
    for (let looks = 0; !begun() && looks < 6000; looks++) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const pid of working()) process.kill(pid, "SIGKILL");
    expect(await cut).toContain("SIGKILL");
    expect((await driver.copies()).map(({ id }) => id)).toEqual([1]);
    expect(await bench.ssh(20, "echo goes on >/root/file; sync /root/file; cat /root/file")).toBe("goes on");
    await driver.copyDisk(20, 2);
    expect((await driver.copies()).map(({ id }) => id).sort()).toEqual([1, 2]);
    expect(fs.readdirSync(copies).sort()).toEqual(["1", "2"]);
  });
});

describe("taking it all down", () => {
  it("brings hosts back from their disks after down and start", async () => {
    await deploy(bench.host(20));
    await bench.ssh(20, "echo kept >/root/file");
    await driver.down();
    expect(footprint()).toEqual(before);
    await driver.start();
    await driver.boot(bench.host(20));
    expect(await bench.ssh(20, "cat /root/file")).toBe("kept");
  });

  it("leaves no process, mount, namespace, link, table, group or sysctl behind", async () => {
    await driver.reset();
    expect(footprint()).toEqual(before);
    expect(fs.existsSync(path.join(DIRECTORY, "hosts"))).toBe(false);
    await driver.start();
  });
});

describe("npm run local", () => {
  const directory = path.resolve(DIRECTORY, "../hosts-cli");
  const [port, slot] = [8413, 13];
  const local = (verb: string) =>
    execFileSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "local/cli/main.ts",
        verb,
        "--directory",
        directory,
        "--port",
        `${port}`,
        "--slot",
        `${slot}`,
      ],
      { cwd: path.resolve(__dirname, "../.."), encoding: "utf8" },
    );
  const inEnvironment = (script: string) =>
    execFileSync("bash", ["-c", `set -eu; . ${directory}/env; ${script}`], { encoding: "utf8" });
  const call = (url: string, data = "") =>
    inEnvironment(
      `curl -sf -m 20 -H "Authorization: Bearer $LINODE_TOKEN" -H content-type:application/json $LINODE_URL/v4${url} ${data && `-d '${data}'`}`,
    );
  const ssh = (script: string) =>
    execFileSync("ssh", [
      ...["-i", `${directory}/ssh/id_ed25519`, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
      ...[
        "-o",
        "ConnectTimeout=3",
        "-o",
        "LogLevel=ERROR",
        `root@${addressesOf(slot).gateway.replace(/1$/, "16")}`,
        script,
      ],
    ]).toString();
  const firstStatus = () =>
    (JSON.parse(call("/linode/instances")) as { data: { status: string }[] }).data[0]?.status ?? "";
  const running = () =>
    eventually(
      async () => firstStatus(),
      (status) => status === "running",
    );

  afterAll(() => local("reset"));

  it("gives a Linode that a client creates and a person logs in to", async () => {
    local("reset");
    expect(local("up")).toMatch(`http://127.0.0.1:${port}/v4`);
    const key = fs.readFileSync(`${directory}/ssh/id_ed25519.pub`, "utf8").trim();
    call(
      "/linode/instances",
      JSON.stringify({
        ...{ region: "fr-par", type: "g6-nanode-1", label: "one", image: "linode/debian13" },
        ...{ root_pass: "A-long-password-1!", authorized_keys: [key] },
      }),
    );
    await running();
    expect(ssh("hostname; echo kept >/root/file")).toBe("one\n");
    expect(local("status")).toMatch(/one \(\d+, g6-nanode-1\): running, memory \d+ MB of 1024 MB/);
  });

  it("finds its hosts again when the API was killed", async () => {
    const [pid] = fs.readFileSync(`${directory}/api.process`, "utf8").split(" ");
    process.kill(Number(pid), "SIGKILL");
    const uptime = ssh("systemctl show -p UserspaceTimestampMonotonic --value");
    local("up");
    await running();
    expect(ssh("systemctl show -p UserspaceTimestampMonotonic --value")).toBe(uptime);
  });

  it("makes a snapshot whose API was killed in the middle, and brings the machine back to it", async () => {
    const id = (JSON.parse(call("/linode/instances")) as { data: { id: number }[] }).data[0]!.id;
    const at = `/linode/instances/${id}/backups`;
    const snapshot = () =>
      (JSON.parse(call(at)) as { snapshot: Record<"current" | "in_progress", { id: number } | null> }).snapshot;
    call(`${at}/enable`, "{}");
    ssh("head -c 300M /dev/urandom >/root/large; sync");
    const { id: backup } = JSON.parse(call(at, JSON.stringify({ label: "before" }))) as { id: number };
    const begun = () => fs.existsSync(`${directory}/copies/${backup}.part/disk.img`);
    for (let looks = 0; !begun() && looks < 6000; looks++) await new Promise((resolve) => setTimeout(resolve, 5));
    const [pid] = fs.readFileSync(`${directory}/api.process`, "utf8").split(" ");
    process.kill(Number(pid), "SIGKILL");
    local("up");
    const made = await eventually(
      async () => String(snapshot().current?.id ?? "none"),
      (current) => current !== "none",
    );
    expect([made, snapshot().in_progress]).toEqual([String(backup), null]);
    expect(fs.readdirSync(`${directory}/copies`)).toEqual([made]);
    expect(local("status")).toMatch(/Backups +1 of whole disks, \d+ MB/);
    ssh("rm /root/file; echo broken >/etc/hostname; sync");
    call(`${at}/${made}/restore`, JSON.stringify({ linode_id: id, overwrite: true }));
    await eventually(
      async () => firstStatus(),
      (status) => status === "offline",
    );
    call(`/linode/instances/${id}/boot`, "{}");
    await running();
    expect(ssh("hostname; cat /root/file")).toBe("one\nkept\n");
  });

  it("brings its hosts back from down, with their disks", async () => {
    local("down");
    expect(Object.values(footprint(slot, directory)).flat()).toEqual([]);
    expect(() => local("status")).toThrow();
    local("up");
    await running();
    expect(
      await eventually(
        async () => ssh("cat /root/file"),
        (text) => text === "kept\n",
      ),
    ).toBe("kept\n");
  });

  it("keeps a port that somebody else has alone, and says so", () => {
    const other = () =>
      execFileSync(
        process.execPath,
        [
          "--import",
          "tsx",
          "local/cli/main.ts",
          "up",
          "--directory",
          `${directory}-2`,
          "--port",
          `${port}`,
          "--slot",
          "14",
        ],
        { cwd: path.resolve(__dirname, "../.."), stdio: "pipe" },
      );
    expect(other).toThrow(
      `Port ${port} is taken by another program (another local Linode). Choose another with --port.`,
    );
    fs.rmSync(`${directory}-2`, { recursive: true });
  });

  it("leaves nothing behind after reset", () => {
    local("reset");
    expect(Object.values(footprint(slot, directory)).flat()).toEqual([]);
    expect(fs.readdirSync(directory)).toEqual(["pulumi"]);
  });
});

const footprint = (slot = SLOT, directory = DIRECTORY) => footprintOf(slot, directory);

function inNetwork(...command: string[]): void {
  execFileSync("nsenter", [`--net=/run/netns/${networkName(SLOT)}`, "--", ...command]);
}

const isNspawn = (pid: number) => processStat(pid)?.name === "systemd-nspawn";

function nspawnOf(id: number): number {
  const pid = new Cgroup(`${networkName(SLOT)}/${id}`).processes().find(isNspawn);
  if (pid === undefined) throw new Error(`host ${id} has no nspawn`);
  return pid;
}

/** Makes and boots a host in a process of its own, which is killed after some time. */
async function killedAfter(milliseconds: number, host: HostSpec): Promise<void> {
  const script = `
    const { nspawnDriver } = require("./local/hosts/nspawn/driver");
    const driver = nspawnDriver({ directory: ${JSON.stringify(DIRECTORY)}, slot: ${SLOT} });
    driver.start()
      .then(() => (console.log("started"), driver.create(${JSON.stringify(host)})))
      .then(() => driver.boot(${JSON.stringify(host)}));`;
  const root = path.resolve(__dirname, "../..");
  const child = spawn(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  await ended;
}

/** Asks until the answer is good, half a minute at most. A failing question is asked again. */
async function eventually(ask: () => Promise<string>, good: (answer: string) => boolean): Promise<string> {
  let last: unknown = "";
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    last = await ask().catch((error: unknown) => error);
    if (typeof last === "string" && good(last)) return last;
  }
  throw new Error(`not within half a minute; last: ${String(last)}`);
}
