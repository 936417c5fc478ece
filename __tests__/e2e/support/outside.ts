import { connect } from "node:tls";
import { type Rehearsed, visit } from "../../../cli/rehearse";

/** Tries until it works, for at most this long. */
export async function within<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** The site answers with its health page over verified HTTPS. With `after: "an absence"`, it may take its time. */
export async function serving(production: Rehearsed, wait?: { after: "an absence"; seconds: number }): Promise<void> {
  const ask = async () => {
    const { status, body } = await visit(production, "/health/");
    if (status !== 200 || !body.includes("ok")) throw new Error(`/health/ answers ${status}: ${body.slice(0, 200)}`);
  };
  if (!wait) return ask();
  // Gone first: an answer of before proves nothing.
  await within(10, () => expect(ask()).rejects.toThrow()).catch(() => undefined);
  await within(wait.seconds, ask);
}

/** Does something, and asks for the site's health all the while. @throws Error when it is not served once */
export async function whileServing<T>(production: Rehearsed, work: () => Promise<T>): Promise<T> {
  let going = true;
  const done = work().finally(() => (going = false));
  const watch = async () => {
    while (going) {
      await serving(production);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const [result] = await Promise.all([done, watch()]);
  return result;
}

/** Fingerprint of the certificate that visitors get. @throws Error when it can't be verified */
export function certificateOf({ url, addresses, ca }: Rehearsed): Promise<string> {
  const { hostname: servername } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: addresses.web, port: 443, servername, ca }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.end();
    });
    socket.on("error", reject);
  });
}
