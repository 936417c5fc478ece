import type { LoadResult } from "./load";
import type { FigureTable } from "./measuredPage";

/** Every figure that a run gives: title and note of each table, and its lines: what, and the aim. */
const TABLES = {
  hosts: {
    title: "The local Linode",
    note: "Bare hosts of the plan Nanode, made through the API; the API is read while eight of them stand.",
    figures: {
      bootOne: ["one host, from POST until SSH answers", "3 s"],
      bootEight: ["eight at once, until the last one answers", "12 s"],
      apiRead: ["reading the list of instances, ten clients", "p99 10 ms"],
      apiMemory: ["the API server's memory (RSS) after that", "150 MB"],
    },
  },
  production: {
    title: "The production",
    note:
      "Three Nanodes, cache of Debian's packages warm. The floor begins when SSH answers and ends with the packages: no machine " +
      "is made in it, nothing is configured, and no site is there.",
    figures: {
      preview: ["preview of a new stack", "5 s"],
      firstPage: ["`pulumi up` from nothing, machines included, to the first good HTTPS page", "35 s, at most 55 s"],
      up: ["`pulumi up` from nothing to its end", ""],
      floor: ["the floor: `apt-get install` of the same packages on three fresh hosts side by side", ""],
      ratio: ["first page ÷ floor", ""],
      noop: ["`pulumi up` without a change", "2 s, at most 3 s"],
      addDomain: ["adding a domain, under the load below, until the new name answers", "10 s"],
      addDomainLoad: ["GETs and POSTs meanwhile, four clients", "none fails"],
      destroy: ["`pulumi destroy`", "15 s"],
    },
  },
  site: {
    title: "The site",
    note: "Through HTTPS, 16 clients with kept-alive connections; the load is made on the same machine.",
    figures: {
      page: ["a page with a query (search)", ""],
      file: ["a static file (the style sheet)", ""],
    },
  },
  releases: {
    title: "Releases",
    note:
      "Twenty signed-in visitors, each with a kept-alive connection and a quarter of a second between two requests: they read, search, send " +
      "forms, load style sheets, upload pictures. Meanwhile ten releases, two ways back, another database password, another secret key, a renewed " +
      "certificate, one more domain, two more workers; each by `pulumi up`.",
    figures: {
      release: ["release of a small change, warm", "5 s, at most 8 s"],
      rollback: ["way back to a kept release", "2 s, at most 5 s"],
      releaseAlone: ["release of a small change, nobody visiting", ""],
      rollbackAlone: ["way back, nobody visiting", ""],
      releaseLoad: ["visitors' requests through all of it", "none fails"],
      releaseP99: ["p99 during the releases ÷ p99 in 15 s before", "at most 3"],
      releaseMemory: ["application server's memory, looked at every second", "1 GB"],
    },
  },
  backups: {
    title: "Backups",
    note:
      "On the servers alone, without a bucket, of a database to which rows were added first. Beside it `pg_dump | gzip` and `gunzip | psql` into an " +
      "empty database, on the same server, which prove nothing and encrypt nothing. A backup dumps, reads the dump in full, counts, stores it " +
      "compressed and encrypted, and reads it back, within its limits. A restore is `./site restore latest` from an operator's machine: uploads, " +
      "counting, constraints and the change of places included. p99 is that of twenty signed-in visitors, with `psql` and restore they are not there.",
    figures: {
      copied: ["the database", ""],
      plainBackup: ["`pg_dump \\| gzip`", ""],
      backup: ["the first backup, on the database server", ""],
      nextBackup: ["the next one, with nothing changed", ""],
      plainSize: ["size of what `pg_dump \\| gzip` wrote", ""],
      backupSize: ["size of the repository after the first backup", ""],
      plainRestore: ["`gunzip \\| psql` into an empty database", ""],
      restore: ["restore of the newest backup", ""],
      restoreAway: ["of that, visitors get the maintenance page for", ""],
      calmP99: ["visitors' p99 in 15 s before", ""],
      plainP99: ["visitors' p99 during `pg_dump \\| gzip`", ""],
      backupP99: ["visitors' p99 during the backup", ""],
      backupLoad: ["visitors' requests through all of it", "none fails"],
    },
  },
  memory: {
    title: "Memory",
    note: "All processes of a server, init and journal included (sum of PSS): at rest, and right after the load above.",
    figures: {
      databaseMemory: ["database server", ""],
      appMemory: ["application server", ""],
      webMemory: ["web server", ""],
    },
  },
} as const;

type Tables = typeof TABLES;
export type FigureName = { [T in keyof Tables]: keyof Tables[T]["figures"] }[keyof Tables];

/** What has been measured so far; told on the screen as it comes. */
export class Figures {
  private readonly values: Partial<Record<FigureName, string>> = {};

  set(name: FigureName, value: string): void {
    this.values[name] = value;
    console.log(`  ${name}: ${value}`);
  }

  tables(): FigureTable[] {
    return Object.values(TABLES).map(({ title, note, figures }) => ({
      title,
      note,
      figures: Object.entries(figures as Record<string, readonly [string, string]>).map(([name, [what, aim]]) => ({
        what,
        aim,
        value: this.values[name as FigureName],
      })),
    }));
  }
}

/** How long something takes, in seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

export const seconds = (value: number) => `${value.toFixed(1)} s`;
export const megabytes = (kilobytes: number) => `${Math.round(kilobytes / 1024)} MB`;

/** A load's result in a cell of a table. */
export function describeLoad({ sent, perSecond, p50, p99, failed, answers }: LoadResult): string {
  const failures =
    failed === 0
      ? "none failed"
      : `${failed} failed (${Object.entries(answers)
          .map(([answer, n]) => `${answer}: ${n}`)
          .join(", ")})`;
  return `${Math.round(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${sent} requests, ${failures}`;
}
