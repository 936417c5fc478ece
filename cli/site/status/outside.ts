import { resolve4 } from "node:dns/promises";
import { rootCertificates } from "node:tls";
import { type Answer, get } from "../../outside";
import { sentence } from "../failure";
import type { Site } from "../site";
import type { Finding } from "./finding";

/** The parts of the configuration that say what the world should see. */
interface Shown {
  domains: string[];
  redirects?: string[];
  tls?: { mode?: string; ca?: string };
  app: { health?: { path?: string; status?: number; text?: string } };
}

/** What the world sees, asked from this machine: names, certificate, answer. */
export async function lookFromOutside(site: Site): Promise<Finding[]> {
  const shown = site.config as unknown as Shown;
  const { address } = site.server("web");
  const [names, answer] = await Promise.all([
    lookAtNames([...shown.domains, ...(shown.redirects ?? [])], address),
    lookAtAnswer(shown, address),
  ]);
  return [names, answer];
}

/** Names below `test` and the like are in no DNS (RFC 6761): they are asked for at the web server's address. */
const isReserved = (name: string) => /\.(test|example|invalid|localhost)$/.test(name);

async function lookAtNames(names: string[], address: string): Promise<Finding> {
  const finding = { where: "outside", name: "names" };
  const elsewhere = await Promise.all(
    names
      .filter((name) => !isReserved(name))
      .map(async (name) => {
        const found = await resolve4(name).catch((): string[] => []);
        return found.length === 1 && found[0] === address ? [] : [`${name} (${found.join(", ") || "no address"})`];
      }),
  );
  const wrong = elsewhere.flat();
  if (wrong.length > 0)
    return {
      ...finding,
      state: "unwell",
      text: `not pointing to ${address}: ${wrong.join(", ")}`,
      remedy: "Set the records: pulumi stack output dnsRecords",
    };
  const reserved = names.every(isReserved) ? " (in no DNS: asked for at this address)" : "";
  return { ...finding, state: "well", text: `${names.join(", ")} at ${address}${reserved}` };
}

async function lookAtAnswer({ domains, tls = {}, app }: Shown, address: string): Promise<Finding> {
  const { path = "/", status = 200, text = "" } = app.health ?? {};
  const url = `https://${domains[0]}${path}`;
  const finding = { where: "outside", name: "https" };
  const begun = performance.now();
  try {
    const answer = await get({
      url,
      ...(isReserved(domains[0] ?? "") && { address }),
      ca: [...rootCertificates, ...(tls.ca ? [tls.ca] : [])],
      verify: tls.mode !== "selfsigned",
    });
    const wrong = mistake(answer, status, text);
    if (!wrong)
      return {
        ...finding,
        state: "well",
        text: `${url} answers ${status} in ${Math.round(performance.now() - begun)} ms`,
      };
    return { ...finding, state: "unwell", text: `${url} ${wrong}`, remedy: "See the lines of web and app" };
  } catch (error) {
    return { ...finding, state: "unwell", text: `${url}: ${sentence(error)}`, remedy: "See the lines of web" };
  }
}

function mistake(answer: Answer, status: number, text: string): string | undefined {
  if (answer.status !== Number(status)) return `answers ${answer.status} instead of ${status}`;
  if (!answer.body.includes(text)) return `answers ${answer.status}, but without "${text}"`;
  return undefined;
}
