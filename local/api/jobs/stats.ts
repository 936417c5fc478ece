import type { HostDriver, HostStats } from "../../hosts/driver";
import { invalid } from "../errors";
import type { Linode } from "../records";
import type { Store } from "../store";

const everyMs = 30_000;
const keepMs = 24 * 3600_000;
const blockBytes = 4096;

interface Sample extends HostStats {
  /** ms */
  at: number;
}

type Series = [at: number, value: number][];

/** Samples of what running hosts use, of the last day; gone when the server restarts. */
export class Stats {
  private readonly samples = new Map<number, Sample[]>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly driver: HostDriver,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.sample(), everyMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** One sample of every running host. */
  async sample(): Promise<void> {
    const running = this.store.list("linode", (linode) => linode.status === "running").map((linode) => linode.id);
    for (const id of this.samples.keys()) if (!this.store.get("linode", id)) this.samples.delete(id);
    for (const id of running) {
      // A host that has just stopped has nothing to tell.
      const stats = await this.driver.stats(id).catch(() => undefined);
      if (!stats) continue;
      const at = Date.now();
      const kept = (this.samples.get(id) ?? []).filter((one) => one.at > at - keepMs);
      this.samples.set(id, [...kept, { ...stats, at }]);
    }
  }

  /** https://techdocs.akamai.com/linode-api/reference/get-linode-stats @throws ApiError until there are two samples */
  of({ id, label }: Linode) {
    const samples = this.samples.get(id) ?? [];
    if (samples.length < 2) throw invalid("Stats are unavailable at this time.");
    const bits = (isFirst: boolean, way: "receivedBytes" | "sentBytes") =>
      rates(samples, ({ links }) => {
        const chosen = links.filter((_, index) => (index === 0) === isFirst);
        return 8 * chosen.reduce((sum, link) => sum + link[way], 0);
      });
    const none = samples.slice(1).map(({ at }): [number, number] => [at, 0]);
    return {
      title: `linode.com - ${label} (linode${id}) - day (5 min avg)`,
      data: {
        cpu: rates(samples, (one) => 100 * one.cpuSeconds),
        io: { io: rates(samples, (one) => (one.ioReadBytes + one.ioWriteBytes) / blockBytes), swap: none },
        netv4: {
          in: bits(true, "receivedBytes"),
          out: bits(true, "sentBytes"),
          private_in: bits(false, "receivedBytes"),
          private_out: bits(false, "sentBytes"),
        },
        netv6: { in: none, out: none, private_in: none, private_out: none },
      },
    };
  }
}

/** What a counter grew by per second, between neighbouring samples; a reboot starts again at zero. */
function rates(samples: Sample[], counter: (sample: Sample) => number): Series {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const grown = counter(sample) - counter(before);
    const seconds = Math.max(0.001, (sample.at - before.at) / 1000);
    return [sample.at, Math.round((100 * Math.max(0, grown)) / seconds) / 100];
  });
}
