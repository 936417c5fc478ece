import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";

export interface Outside {
  /** `https:` or `http:`; host name, port and path are taken from here. */
  url: string;
  /** Address to connect to, in place of asking the DNS. @default the DNS */
  address?: string;
  /** PEM of the authorities to trust, in place of the system's. @default the system's */
  ca?: string | string[];
  /** Whether the certificate is looked at. @default true */
  verify?: boolean;
  /** Headers of the request; `host` says another name than the URL's. @default none */
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One GET, over verified HTTPS unless said otherwise, as a browser outside would do it. @throws Error when there is no answer or no valid certificate */
export function get({ url, address, ca, verify = true, headers = {} }: Outside): Promise<Answer> {
  // Node asks for one address or for a list, by version.
  const lookup = ((_host, options, done) =>
    options.all ? done(null, [{ address: address ?? "", family: 4 }]) : done(null, address ?? "", 4)) as LookupFunction;
  const common = { headers, timeout: 15_000, ...(address && { lookup }) };
  return new Promise((resolve, reject) => {
    const asked = url.startsWith("http:")
      ? requestHttp(url, { ...common, agent: false })
      : requestHttps(url, { ...common, ca, rejectUnauthorized: verify });
    asked.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error(`${url} did not answer within 15 s`)));
    asked.on("error", reject);
    asked.end();
  });
}
