/**
 * HTTP client for Linode's API that asks as linodego 1.54 does: the same headers, the same retries, the same words in errors.
 * Source: https://github.com/linode/linodego/tree/v1.54.0
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Which of the Terraform provider's two halves asks; they name themselves differently. */
export type Half = "sdk" | "framework";

export interface ClientOptions {
  /** Address without version, e.g. `https://api.linode.com`. */
  url: string;
  /** @default "v4" */
  apiVersion: string;
  token?: string;
  /** Put in front of the user agent. */
  userAgentPrefix?: string;
  /** File of certificate authorities to trust instead of the system's. */
  caPath?: string;
  /** First and longest pause between tries, in milliseconds. */
  minRetryDelayMs: number;
  maxRetryDelayMs: number;
}

/** What Linode refused: `[400] [label] Label must be unique`. */
export class LinodeError extends Error {
  constructor(
    readonly status: number,
    reasons: string,
  ) {
    super(`[${String(status).padStart(3, "0")}] ${reasons}`);
  }
}

export interface Page<Item> {
  data: Item[];
  page: number;
  pages: number;
  results: number;
}

interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

const RETRIES = 1000;
const USER_AGENTS: Record<Half, string> = {
  sdk: "HashiCorp Terraform/0.11+compatible (+https://www.terraform.io) Terraform-Plugin-SDK/2.37.0 terraform-provider-linode/dev",
  framework:
    "HashiCorp Terraform/pulumi-terraform-bridge (+https://www.terraform.io) Terraform-Plugin-Framework/1.15.0 terraform-provider-linode/5.1.1",
};
/** Seconds that answers are kept for, as linodego does: types hardly change. */
const CACHED: [RegExp, number][] = [
  [/^\/linode\/(types|kernels)/, 15 * 60],
  [/^\/regions/, 60],
];
/** Paths on which the Terraform provider tries again after an answer 500. */
const RETRIED_500 = [/^\/linode\/instances\/\d+\/ips/, /^\/images\/upload/, /^\/object-storage\/(keys|buckets)/];

export class LinodeClient {
  private readonly base: URL;
  private readonly agent: http.Agent;
  private readonly cache = new Map<string, { until: number; value: unknown }>();

  constructor(private readonly options: ClientOptions) {
    this.base = new URL(options.url.includes("://") ? options.url : `https://${options.url}`);
    const ca = options.caPath ? readFileSync(options.caPath) : undefined;
    this.agent =
      this.base.protocol === "http:" ? new http.Agent({ keepAlive: true }) : new https.Agent({ keepAlive: true, ca });
  }

  /** `filter` goes into the X-Filter header, as it is. @throws LinodeError when Linode refuses. */
  async get<Answer>(half: Half, path: string, filter?: string): Promise<Answer> {
    const seconds = CACHED.find(([pattern]) => pattern.test(path))?.[1];
    const key = `${half} ${path}`;
    const kept = this.cache.get(key);
    if (seconds !== undefined && kept !== undefined && kept.until > Date.now()) return kept.value as Answer;
    const value = await this.send<Answer>(half, "GET", path, undefined, filter);
    if (seconds !== undefined) this.cache.set(key, { until: Date.now() + seconds * 1000, value });
    return value;
  }

  post<Answer = object>(half: Half, path: string, body: object = {}): Promise<Answer> {
    return this.send<Answer>(half, "POST", path, body);
  }

  put<Answer>(half: Half, path: string, body: object): Promise<Answer> {
    return this.send<Answer>(half, "PUT", path, body);
  }

  async delete(half: Half, path: string): Promise<void> {
    await this.send(half, "DELETE", path);
  }

  /** All pages of a list. */
  async list<Item>(half: Half, path: string, filter?: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let number = 1, pages = 1; number <= pages; number++) {
      const page = await this.get<Page<Item>>(half, `${path}?page=${number}`, filter);
      items.push(...page.data);
      pages = page.pages;
    }
    return items;
  }

  private async send<Answer>(
    half: Half,
    method: string,
    path: string,
    body?: object,
    filter?: string,
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    for (let attempt = 0; ; attempt++) {
      const reply = await this.once(half, method, path, text, filter);
      if (reply.status < 400) return (reply.text === "" ? {} : JSON.parse(reply.text)) as Answer;
      const error = new LinodeError(reply.status, reasonsOf(reply));
      if (attempt >= RETRIES || !isRetried(reply, error, path)) throw error;
      await sleep(this.pause(reply, attempt));
    }
  }

  /** What `Retry-After` says, else twice as long each time. */
  private pause(reply: Reply, attempt: number): number {
    const { minRetryDelayMs, maxRetryDelayMs } = this.options;
    const said = Number(reply.headers["retry-after"]);
    if (Number.isInteger(said) && said > 0) return said * 1000;
    return Math.min(minRetryDelayMs * 2 ** Math.min(attempt, 20), maxRetryDelayMs);
  }

  private once(half: Half, method: string, path: string, body?: string, filter?: string): Promise<Reply> {
    const { token, userAgentPrefix, apiVersion } = this.options;
    const headers: http.OutgoingHttpHeaders = {
      Accept: "application/json",
      "Content-Type": "application/json",
      "User-Agent": [userAgentPrefix, USER_AGENTS[half]].filter(Boolean).join(" "),
    };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (filter !== undefined) headers["X-Filter"] = filter;
    if (body !== undefined) headers["Content-Length"] = Buffer.byteLength(body);
    const url = new URL(`${this.base.pathname.replace(/\/$/, "")}/${apiVersion}${path}`, this.base);
    const { request } = url.protocol === "http:" ? http : https;
    return new Promise((resolve, reject) => {
      const call = request(url, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          });
        });
      });
      call.on("error", (error) => reject(new Error(`${method} ${url.href}: ${error.message || String(error)}`)));
      call.end(body);
    });
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof LinodeError && error.status === 404;
}

function isRetried({ status, headers }: Reply, error: LinodeError, path: string): boolean {
  if (status === 429 || status === 408) return true;
  if (status === 503) return headers["x-maintenance-mode"] === undefined;
  if (status === 400) {
    const isGateway = headers.server === "nginx" && (headers["content-type"] ?? "").startsWith("text/html");
    return error.message === "[400] Linode busy." || isGateway;
  }
  return status === 500 && RETRIED_500.some((pattern) => pattern.test(path));
}

function reasonsOf({ status, text, headers }: Reply): string {
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: { reason: string; field?: string }[] };
    const reasons = errors.map(({ reason, field }) => (field ? `[${field}] ${reason}` : reason));
    if (reasons.length > 0) return reasons.join("; ");
  } catch {
    // Not JSON: told below.
  }
  const kind = headers["content-type"] ?? "no content type";
  return `${http.STATUS_CODES[status] ?? "unexpected answer"} (${kind}): ${text.slice(0, 200)}`;
}
