import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalSettings, localEnvironment } from "../cli/localLinode";
import { describeLoad, type Figures, megabytes, seconds, timed } from "./figures";
import { type BareHost, BareHosts, onHost } from "./hosts";
import { load } from "./load";

/** What each of the three servers needs from Debian, as the least that anybody would install by hand. */
const FLOOR = ["postgresql", "python3-venv supervisor nginx", "nginx"];
/** As the program does on new machines, so that both write to the disk alike. */
const INSTALL = "apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-unsafe-io";
/** Everything that the program installs and the floor does not, so that both find it in this machine's cache. */
const MORE = "libpq5 python3-pip-whl logrotate openssl curl ca-certificates procps unattended-upgrades";

/** Boots, the API, and the floor that the production is compared with. Returns the floor in seconds. */
export async function measureLocalLinode(local: LocalSettings, figures: Figures): Promise<number> {
  const env = await localEnvironment(local);
  const key = readFileSync(join(local.directory, "ssh/id_ed25519.pub"), "utf8").trim();
  const bare = new BareHosts(env, local.directory, key);

  const one: BareHost[] = [];
  figures.set("bootOne", seconds(await timed(async () => one.push(...(await bare.create(["bench-one"]))))));
  await Promise.all(one.map(warmCache));
  await bare.delete(one);

  const eight: BareHost[] = [];
  const labels = Array.from({ length: 8 }, (_, index) => `bench-${index + 1}`);
  figures.set("bootEight", seconds(await timed(async () => eight.push(...(await bare.create(labels))))));
  await measureApi(env, local, figures);

  // Fresh hosts: nothing has been done on these three yet.
  await bare.delete(eight.slice(FLOOR.length));
  const three = eight.slice(0, FLOOR.length);
  const floor = await timed(() => Promise.all(three.map((host, index) => installFloor(host, FLOOR[index]!))));
  figures.set("floor", seconds(floor));
  await bare.delete(three);
  return floor;
}

/** 10,000 reads by ten clients at once, the first ones included, which is more than Linode lets anybody read in a minute. */
async function measureApi(env: NodeJS.ProcessEnv, { directory }: LocalSettings, figures: Figures): Promise<void> {
  const headers = { authorization: `Bearer ${env.LINODE_TOKEN}` };
  const result = await load({
    requests: [{ url: `${env.LINODE_URL}/v4/linode/instances`, headers }],
    count: 10_000,
    clients: 10,
  });
  figures.set("apiRead", describeLoad(result));
  figures.set("apiMemory", megabytes(residentKilobytes(apiProcess(directory))));
}

/** Packages come into this machine's cache; the host keeps none. */
async function warmCache(host: BareHost): Promise<void> {
  await onHost(host, `apt-get update -q && ${INSTALL} --download-only ${FLOOR.join(" ")} ${MORE}`);
}

async function installFloor(host: BareHost, packages: string): Promise<void> {
  await onHost(host, `export DEBIAN_FRONTEND=noninteractive; apt-get update -q && ${INSTALL} ${packages}`);
}

/** Its number, as the local Linode notes it beside its state. */
function apiProcess(directory: string): number {
  return Number(readFileSync(join(directory, "api.process"), "utf8").split(" ")[0]);
}

function residentKilobytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
