import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { pulumi } from "../cli/pulumi";
import { configure, type Rehearsed, type RehearsalPlan } from "../cli/rehearse";
import { describeLoad, type Figures, megabytes, seconds } from "./figures";
import { type BareHost, onHost, sleep } from "./hosts";
import { load, type LoadResult, p99Between } from "./load";
import { memoryOf } from "./memory";
import { type Role, servers } from "./servers";
import { lengthOf, type Span, span } from "./span";
import { signInAll } from "./visitors";

const CLIENTS = 20;
const RELEASES = 10;
const WAYS_BACK = 2;
/** How long visitors are looked at before anything changes. */
const CALM_MS = 15_000;

/**
 * Twenty signed-in visitors read, search, send forms and upload pictures while releases come and go, passwords, keys, certificate,
 * domains and workers change.
 */
export async function measureReleases(plan: RehearsalPlan, production: Rehearsed, figures: Figures): Promise<void> {
  const { url, addresses, ca } = production;
  const place = { url, address: addresses.web, ca };
  const visitors = await signInAll(place, CLIENTS);
  const hosts = await servers(plan.local, production);
  const site = new ChangingSite(plan, hosts);
  await changeAlone(site, figures);
  const done = new AbortController();
  const memory = largestMemory(hosts.app, done.signal);
  const running = load({ ...place, visitors, clients: CLIENTS, count: 1e6, pauseMs: 250, until: done.signal });
  let spans: { calm: Span; releases: Span[] } | undefined;
  try {
    spans = await changeEverything(site, production, figures);
  } finally {
    done.abort();
    const result = await running;
    figures.set("releaseLoad", describeLoad(result));
    figures.set("releaseMemory", `${megabytes(await memory)} at most`);
    if (spans) figures.set("releaseP99", ratio(result, spans.calm, spans.releases));
  }
}

/** The same without visitors, whose load is made on this machine: what of the time is theirs. */
async function changeAlone(site: ChangingSite, figures: Figures): Promise<void> {
  const first = await site.live();
  figures.set("releaseAlone", seconds(lengthOf(await site.release(0))));
  figures.set("rollbackAlone", seconds(lengthOf(await site.up({ release: first }))));
}

async function changeEverything(site: ChangingSite, { domains }: Rehearsed, figures: Figures) {
  const calm = await span(() => sleep(CALM_MS));
  const releases: Span[] = [];
  const ids = [await site.live()];
  for (let number = 1; number <= RELEASES; number += 1) {
    releases.push(await site.release(number));
    ids.push(await site.live());
  }
  figures.set("release", told(releases));
  const back: Span[] = [];
  for (const former of ids.slice(-1 - WAYS_BACK, -1)) back.push(await site.up({ release: former }));
  figures.set("rollback", told(back));
  await site.up({}, { "trinode:database": { rotation: 1 } });
  await site.up({ secretKeyRotation: 1 });
  await site.renewCertificate();
  await site.up({}, { "trinode:domains": [...domains, `club.${domains.at(-1)}`] });
  await site.up({ server: { workers: 4 } });
  return { calm, releases };
}

/** The production's configuration, which keeps what has been changed in it. */
class ChangingSite {
  private readonly source: string;
  private readonly keys: Record<string, unknown>;
  private app: Record<string, unknown>;

  constructor(
    private readonly plan: RehearsalPlan,
    private readonly hosts: Record<Role, BareHost>,
  ) {
    this.source = join(plan.local.directory, "changing");
    cpSync("examples/gamelenders/site", this.source, { recursive: true });
    const { config } = parse(readFileSync(plan.original, "utf8")) as {
      config: Record<string, Record<string, unknown>>;
    };
    this.keys = { "trinode:database": config["trinode:database"] };
    this.app = { ...config["trinode:app"], source: this.source };
  }

  /** A small change of the site's code. */
  async release(number: number): Promise<Span> {
    appendFileSync(join(this.source, "lending/views.py"), `\n# release ${number}\n`);
    return this.up({ release: undefined });
  }

  /** Changes the configuration; when `pulumi up` ran. */
  async up(app: Record<string, unknown>, others: Record<string, unknown> = {}): Promise<Span> {
    this.app = { ...this.app, ...app };
    for (const [key, value] of Object.entries(others)) {
      this.keys[key] = Array.isArray(value) ? value : { ...(this.keys[key] as object), ...(value as object) };
    }
    const stack = await configure({ ...this.plan, overrides: { ...this.keys, "trinode:app": this.app } });
    return span(() => pulumi(stack, ["up", "--yes", "--skip-preview"]));
  }

  /** The release that serves. */
  async live(): Promise<string> {
    return (await onHost(this.hosts.app, "basename $(readlink /srv/gamelenders/current)")).trim();
  }

  /** As the timer does it when one is due: this one says that it is none of the configured authority's. */
  async renewCertificate(): Promise<void> {
    const live = "/etc/trinode/tls/live";
    const number = () => onHost(this.hosts.web, `openssl x509 -noout -serial -in ${live}/fullchain.pem`);
    const before = await number();
    await onHost(this.hosts.web, `echo due >${live}/origin && systemctl start trinode-certificate.service`);
    if ((await number()) === before) throw new Error("the certificate was not renewed");
  }
}

/** The application server's largest memory, in kB, looked at every second until told to stop. */
async function largestMemory(app: BareHost, until: AbortSignal): Promise<number> {
  let largest = 0;
  while (!until.aborted) {
    largest = Math.max(largest, await memoryOf(app));
    await sleep(1000);
  }
  return largest;
}

/** The median and the longest. */
function told(spans: Span[]): string {
  const sorted = spans.map(lengthOf).sort((a, b) => a - b);
  return `${seconds(sorted[Math.floor(sorted.length / 2)]!)}, the longest of ${sorted.length} ${seconds(sorted.at(-1)!)}`;
}

function ratio({ samples }: LoadResult, calm: Span, releases: Span[]): string {
  const before = p99Between(samples, calm);
  const during = p99Between(
    samples.filter(({ at }) => releases.some(([from, to]) => at >= from && at <= to)),
    [0, Infinity],
  );
  return `${(during / before).toFixed(1)} (${during.toFixed(0)} ms and ${before.toFixed(0)} ms)`;
}
