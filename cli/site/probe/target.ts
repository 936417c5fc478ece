import { rootCertificates } from "node:tls";
import { type Answer, get } from "../../outside";
import { type Server, serverOf } from "../servers";

/** A site as the world should see it. */
export interface Target {
  /** Names that are served; the first is canonical. */
  domains: string[];
  /** Names that lead to the canonical one. */
  redirects: string[];
  servers: Pick<Server, "name" | "roles" | "address" | "address6">[];
  /** Address of the web server. */
  web: string;
  tls: { mode: string; ca?: string };
  health: { path: string; status: number; text: string };
  /** Django's STATIC_URL. */
  staticUrl: string;
  operatorCidrs: string[];
}

/** The parts of the configuration that say what the world should see. */
interface Shown {
  domains: string[];
  redirects?: string[];
  operators?: { cidrs?: string[] };
  tls?: { mode?: string; ca?: string };
  app: { health?: { path?: string; status?: number; text?: string }; static?: { url?: string } };
}

/** What a configuration and the machines that stand for it promise to the world. */
export function targetOf(config: Record<string, unknown>, servers: Server[]): Target {
  const { domains, redirects = [], operators = {}, tls = {}, app } = config as unknown as Shown;
  const { path = "/", status = 200, text = "" } = app.health ?? {};
  return {
    domains,
    redirects,
    servers,
    web: serverOf(servers, "web").address,
    tls: { ...tls, mode: tls.mode ?? "letsencrypt" },
    // What was set by hand may be text in the file.
    health: { path, status: Number(status), text },
    staticUrl: app.static?.url ?? "/static/",
    operatorCidrs: operators.cidrs ?? [],
  };
}

/** Names below `test` and the like are in no DNS (RFC 6761): they are asked for at the web server's address. */
export const isReserved = (name: string) => /\.(test|example|invalid|localhost)$/.test(name);

/** Every name that visitors may type. */
export const namesOf = ({ domains, redirects }: Target) => [...domains, ...redirects];

/** The address to connect to for a name; `undefined`: as the DNS says. */
export function addressFor(target: Target, name: string): string | undefined {
  return isReserved(name) ? target.web : undefined;
}

/** Authorities that visitors trust: the system's, and the one that the configuration names. */
export function authorities({ tls }: Target): string[] {
  return [...rootCertificates, ...(tls.ca ? [tls.ca] : [])];
}

/** One request as a visitor's browser makes it. @throws Error when there is no answer or no valid certificate */
export function visit(target: Target, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const address = addressFor(target, new URL(url).hostname);
  return get({
    url,
    headers,
    ca: authorities(target),
    verify: target.tls.mode !== "selfsigned",
    ...(address && { address }),
  });
}

/** A page of the site, where its own redirects lead, at most three of them. */
export async function page(target: Target, path: string): Promise<{ url: string; answer: Answer }> {
  let url = `https://${target.domains[0]}${path}`;
  let answer = await visit(target, url);
  for (let i = 0; i < 3 && answer.headers.location !== undefined; i += 1) {
    const next = new URL(String(answer.headers.location), url);
    if (next.protocol !== "https:" || !namesOf(target).includes(next.hostname)) break;
    url = next.href;
    answer = await visit(target, url);
  }
  return { url, answer };
}
