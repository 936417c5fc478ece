import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";

/** One request of the load. */
export interface LoadRequest {
  url: string;
  /** @default "GET" */
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** What came back for a request. */
export interface LoadAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A client with a memory (cookies, what it is at): says what it asks for next, and whether an answer was right. */
export interface Visitor {
  next(): LoadRequest;
  /** What is wrong with the answer, in a word or two; undefined when nothing is. */
  check(request: LoadRequest, answer: LoadAnswer): string | undefined;
}

export interface LoadPlan {
  /** Taken in turn by clients without a memory. @default none: there are visitors */
  requests?: LoadRequest[];
  /** One for each client, in place of `requests`. */
  visitors?: Visitor[];
  /** How many are sent in all, at most. */
  count: number;
  /** How many clients, each with one kept-alive connection and one request at a time. */
  clients: number;
  /** What a client waits between an answer and its next request. @default 0 */
  pauseMs?: number;
  /** Ends the load before `count`: no client starts another request. */
  until?: AbortSignal;
  /** Address to connect to, in place of asking the DNS. @default the DNS */
  address?: string;
  /** PEM of the authority to trust. @default the system's */
  ca?: string;
}

/** What came back; every request that was sent is counted once. */
export interface LoadResult {
  sent: number;
  seconds: number;
  perSecond: number;
  /** Of the answers, in milliseconds from sending to the last byte. NaN without an answer. */
  p50: number;
  p99: number;
  /** By status, e.g. `200`, or by what went wrong, e.g. `ECONNRESET`. */
  answers: Record<string, number>;
  /** Requests without an answer, with a status of 400 or more, or with an answer that its visitor finds wrong. */
  failed: number;
  /** When each was answered, and how long that took: for figures of a part of the time. */
  samples: Sample[];
}

export interface Sample {
  /** Milliseconds since 1970, of the answer. */
  at: number;
  milliseconds: number;
}

/** Sends a bounded load and counts every answer; nothing is tried again. */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  const tally: Tally = { taken: 0, samples: [], answers: {} };
  const begun = performance.now();
  await Promise.all(Array.from({ length: plan.clients }, (_, index) => client(plan, tally, plan.visitors?.[index])));
  const seconds = (performance.now() - begun) / 1000;
  return summarize(tally, seconds);
}

interface Tally {
  taken: number;
  samples: Sample[];
  answers: Record<string, number>;
}

async function client(plan: LoadPlan, tally: Tally, visitor?: Visitor): Promise<void> {
  const { requests = [], count, pauseMs = 0, until, address, ca } = plan;
  const options = { keepAlive: true, maxSockets: 1 };
  const agents = { http: new http.Agent(options), https: new https.Agent({ ...options, ca }) };
  try {
    while (tally.taken < count && !until?.aborted) {
      const request = visitor?.next() ?? requests[tally.taken % requests.length]!;
      tally.taken += 1;
      const sent = performance.now();
      const answer = await send(request, agents, address);
      if (typeof answer !== "string") {
        tally.samples.push({ at: Date.now(), milliseconds: performance.now() - sent });
      }
      const name = typeof answer === "string" ? answer : named(request, answer, visitor);
      tally.answers[name] = (tally.answers[name] ?? 0) + 1;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  } finally {
    agents.http.destroy();
    agents.https.destroy();
  }
}

/** An answer's status, and what is wrong with it. */
function named(request: LoadRequest, answer: LoadAnswer, visitor?: Visitor): string {
  const wrong = visitor?.check(request, answer);
  return wrong === undefined ? String(answer.status) : `${answer.status} ${wrong}`;
}

/** The answer, or the code of what went wrong; never throws. */
export function send(
  { url, method = "GET", headers = {}, body }: LoadRequest,
  agents: { http: http.Agent; https: https.Agent },
  address?: string,
): Promise<LoadAnswer | string> {
  const secure = url.startsWith("https:");
  const options = { method, headers, timeout: 15_000, ...(address !== undefined && { lookup: always(address) }) };
  return new Promise((resolve) => {
    const sent = secure
      ? https.request(url, { ...options, agent: agents.https })
      : http.request(url, { ...options, agent: agents.http });
    sent.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts).toString() });
      });
      response.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

/** Every name is at this address. Node asks for one address or for a list, by version. */
const always = (address: string) =>
  ((_host, options, done) =>
    options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)) as LookupFunction;

function summarize({ taken, samples, answers }: Tally, seconds: number): LoadResult {
  const times = samples.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const good = Object.entries(answers).reduce((sum, [answer, n]) => (/^[123]\d\d$/.test(answer) ? sum + n : sum), 0);
  return {
    sent: taken,
    seconds,
    perSecond: times.length / seconds,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    answers,
    failed: taken - good,
    samples,
  };
}

/** The 99th percentile of what was answered in some time, in milliseconds. */
export function p99Between(samples: Sample[], [from, to]: [from: number, to: number]): number {
  const times = samples.filter(({ at }) => at >= from && at <= to).map(({ milliseconds }) => milliseconds);
  return percentile(
    times.sort((a, b) => a - b),
    99,
  );
}

/** Nearest rank, of sorted values. */
export function percentile(sorted: number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}
