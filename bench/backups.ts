import type { Rehearsed, RehearsalPlan } from "../cli/rehearse";
import { run } from "../cli/run";
import { backupId } from "../cli/site/backups/ids";
import { describeLoad, type Figures, seconds, timed } from "./figures";
import { type BareHost, onHost, sleep } from "./hosts";
import { load, p99Between, type Sample } from "./load";
import { secondsAway, watchFromOutside } from "./outage";
import { type Role, servers } from "./servers";
import { lengthOf, type Span, span } from "./span";
import { signInAll } from "./visitors";

const CLIENTS = 20;
/** How long visitors are looked at before anything is copied. */
const CALM_MS = 15_000;
const ROWS = 500_000;
const DATABASE = "ocrprojet13";
const PLAIN = "/root/plain.sql.gz";

const asPostgres = "runuser -u postgres --";

/** What a backup and a restore take, beside `pg_dump | gzip` and `psql` on the same server with the same data. */
export async function measureBackups(plan: RehearsalPlan, production: Rehearsed, figures: Figures): Promise<void> {
  const hosts = await servers(plan.local, production);
  await fill(hosts.database, figures);
  await measureCopies(hosts, production, figures);
  await measureNextBackup(hosts, figures);
  await measureRestores(hosts, production, figures);
}

/** Rows of a table that is the site's owner's, like its others: half of a row repeats itself, half does not. */
async function fill(database: BareHost, figures: Figures): Promise<void> {
  const statements = `
    SELECT 'SET ROLE ' || quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = current_database() \\gexec
    CREATE TABLE measured (id int PRIMARY KEY, code text NOT NULL, note text NOT NULL, at timestamptz NOT NULL);
    INSERT INTO measured SELECT n, md5(n::text) || md5((-n)::text), 'Lent by ' || md5((n % 5000)::text) ||
      ' on a rainy evening, and returned in good order.', now() - n * interval '1 minute' FROM generate_series(1, ${ROWS}) n;
    CREATE INDEX ON measured (at);`;
  await onHost(
    database,
    `${asPostgres} psql -Xq -v ON_ERROR_STOP=1 -d ${DATABASE} >/dev/null <<'SQL'${statements}\nSQL`,
  );
  const size = await onHost(database, `${asPostgres} psql -XAtqc "SELECT pg_database_size('${DATABASE}')"`);
  figures.set("copied", `${ROWS.toLocaleString("en")} rows more than the site has, ${megabytes(Number(size))} on disk`);
}

/** Both ways of making a copy, one after the other, while visitors come. */
async function measureCopies(hosts: Record<Role, BareHost>, production: Rehearsed, figures: Figures): Promise<void> {
  const { url, addresses, ca } = production;
  const place = { url, address: addresses.web, ca };
  const visitors = await signInAll(place, CLIENTS);
  const done = new AbortController();
  const running = load({ ...place, visitors, clients: CLIENTS, count: 1e6, pauseMs: 250, until: done.signal });
  const spans: Partial<Record<"calm" | "plain" | "backup", Span>> = {};
  try {
    spans.calm = await span(() => sleep(CALM_MS));
    spans.plain = await span(() =>
      onHost(hosts.database, `set -o pipefail; ${asPostgres} pg_dump ${DATABASE} | gzip >${PLAIN}`),
    );
    spans.backup = await span(() => backUpDatabase(hosts));
  } finally {
    done.abort();
    const result = await running;
    figures.set("backupLoad", describeLoad(result));
    if (spans.backup) tellCopies(spans as Required<typeof spans>, result.samples, figures);
  }
  figures.set("plainSize", megabytes(Number(await onHost(hosts.database, `stat -c %s ${PLAIN}`))));
  figures.set("backupSize", megabytes(await repositorySize(hosts.database)));
}

function tellCopies(spans: Record<"calm" | "plain" | "backup", Span>, samples: Sample[], figures: Figures): void {
  const p99 = (name: keyof typeof spans) => `${p99Between(samples, spans[name]).toFixed(0)} ms`;
  figures.set("plainBackup", seconds(lengthOf(spans.plain)));
  figures.set("backup", seconds(lengthOf(spans.backup)));
  figures.set("calmP99", p99("calm"));
  figures.set("plainP99", p99("plain"));
  figures.set("backupP99", p99("backup"));
}

/** What has not changed is in the repository already; both parts, so that there is one to be restored. */
async function measureNextBackup(hosts: Record<Role, BareHost>, figures: Figures): Promise<void> {
  const before = await repositorySize(hosts.database);
  const id = backupId(new Date());
  const time = await timed(() => backUpDatabase(hosts, id));
  await onHost(hosts.app, `trinode backup ${id}`);
  const grown = (await repositorySize(hosts.database)) - before;
  figures.set("nextBackup", `${seconds(time)}, ${megabytes(grown)} more`);
}

/** `psql` into an empty database, and `./site restore`, which makes the database beside, checks it and changes over to it. */
async function measureRestores(
  hosts: Record<Role, BareHost>,
  { stack, url, addresses }: Rehearsed,
  figures: Figures,
): Promise<void> {
  const psql = `gunzip -c ${PLAIN} | ${asPostgres} psql -Xq -v ON_ERROR_STOP=1 -d plain >/dev/null`;
  await onHost(hosts.database, `${asPostgres} createdb plain`);
  figures.set("plainRestore", seconds(await timed(() => onHost(hosts.database, `set -o pipefail; ${psql}`))));
  await onHost(hosts.database, `${asPostgres} dropdb plain`);
  const options = ["--stack", stack.name, "--config-file", stack.configFile ?? ""];
  const watched = await watchFromOutside(hosts.web, url, addresses.web);
  const time = await timed(() =>
    run("./site", [...options, "restore", "latest"], { env: { ...stack.env, PULUMI_STACK: undefined } }),
  );
  figures.set("restore", seconds(time));
  figures.set("restoreAway", seconds(secondsAway(await watched())));
}

/** As the timer runs it, with its limits; on the database server alone. */
const backUpDatabase = (hosts: Record<Role, BareHost>, id = "") => onHost(hosts.database, `trinode backup ${id}`);

const repositorySize = async (database: BareHost) =>
  Number(await onHost(database, "du -sb /var/backups/trinode/database | cut -f 1"));

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
