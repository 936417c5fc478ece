import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { checkInFile } from "../../render/checkIns";

const id = "0123456789abcdef0123456789abcdef";
let scratch: string;
let sentry: Server;
let heard: { url: string | undefined; type: string | undefined; body: Record<string, unknown> }[];
let answer: number;

beforeEach(async () => {
  [scratch, heard, answer] = [mkdtempSync(join(tmpdir(), "trinode-check-in-")), [], 202];
  sentry = createServer((request, response) => {
    void text(request).then((body) => {
      const { url, headers } = request;
      heard.push({ url, type: headers["content-type"], body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(answer).end();
    });
  }).listen(0, "127.0.0.1");
  await once(sentry, "listening");
});
afterEach(() => {
  sentry.close();
  rmSync(scratch, { recursive: true });
});

/** With a DSN of the Sentry above. */
function configured(drill = "Sun *-*-* 04:30"): void {
  const { port } = sentry.address() as AddressInfo;
  const dsn = `http://public@127.0.0.1:${port}/42`;
  const { content } = checkInFile({ dsn, environment: "prod" }, { site: "shop", schedule: "*-*-* 02:15", drill });
  writeFileSync(join(scratch, "check-in.env"), content);
}

/** As systemd runs it. */
async function checkIn(monitor: string, when: string, result?: string): Promise<number> {
  const script = readFileSync("scripts/check-in.sh", "utf8")
    .replace("/etc/trinode", scratch)
    .replace("/usr/local/lib/trinode", resolve("scripts"));
  writeFileSync(join(scratch, "check-in.sh"), script);
  const env = { ...process.env, INVOCATION_ID: id, no_proxy: "*", ...(result && { SERVICE_RESULT: result }) };
  const child = spawn("bash", [join(scratch, "check-in.sh"), monitor, when], { env, stdio: "ignore" });
  return ((await once(child, "close")) as [number])[0];
}

describe("a timer's run", () => {
  it("is told to Sentry when it begins and when it ends, as one run of a monitor that is made by that", async () => {
    configured();
    expect(await checkIn("backup-database", "begun")).toBe(0);
    expect(await checkIn("backup-database", "ended", "success")).toBe(0);
    const monitor_config = { schedule: { type: "crontab", value: "15 2 * * *" }, timezone: "UTC" };
    const run = { check_in_id: id, environment: "prod", monitor_config };
    expect(heard).toMatchObject([
      { url: "/api/42/cron/shop-backup-database/public/", type: "application/json", body: { status: "in_progress" } },
      { url: "/api/42/cron/shop-backup-database/public/", body: { ...run, status: "ok" } },
    ]);
  });

  it("that fails, or is killed, is told as such; one whose time cron can't say, without what to expect", async () => {
    configured("*-*-01 04:30");
    for (const result of ["exit-code", "signal"]) await checkIn("drill-files", "ended", result);
    expect(heard.map(({ body }) => body)).toEqual(
      Array(2).fill({ check_in_id: id, status: "error", environment: "prod" }),
    );
  });

  it("is told to nobody without a DSN; a Sentry that refuses is said to have", async () => {
    expect(await checkIn("backup-files", "begun")).toBe(0);
    expect(heard).toEqual([]);
    configured();
    answer = 403;
    expect(await checkIn("backup-files", "begun")).not.toBe(0);
  });
});
