import { request } from "node:https";
import type { LookupFunction } from "node:net";

export interface Outside {
  /** Host name and path are taken from here. */
  url: string;
  /** Address to connect to, in place of asking the DNS. @default the DNS */
  address?: string;
  /** PEM of the authorities to trust, in place of the system's. @default the system's */
  ca?: string | string[];
  /** Whether the certificate is looked at. @default true */
  verify?: boolean;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One GET over verified HTTPS, as a browser outside would do it. @throws Error when there is no answer or no valid certificate */
export function get({ url, address, ca, verify = true }: Outside): Promise<Answer> {
  // Node asks for one address or for a list, by version.
  const lookup = ((_host, options, done) =>
    options.all ? done(null, [{ address: address ?? "", family: 4 }]) : done(null, address ?? "", 4)) as LookupFunction;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { ca, rejectUnauthorized: verify, timeout: 15_000, ...(address && { lookup }) },
      (response) => {
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
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`${url} did not answer within 15 s`)));
    asked.on("error", reject);
    asked.end();
  });
}
