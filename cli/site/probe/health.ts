import type { Answer } from "../../outside";
import { sentence } from "../failure";
import type { Finding } from "../status/finding";
import { unwell, well } from "./said";
import { namesOf, type Target, visit } from "./target";

/** Whether the site says that it is well, over HTTPS and under its canonical name. */
export async function lookAtAnswer(target: Target): Promise<Finding[]> {
  return [await ask(target, target.domains[0] ?? "", "https")];
}

/** The same under each of its other names: a site that does not know one of them refuses it. */
export async function lookAtOtherNames(target: Target): Promise<Finding[]> {
  const others = target.domains.slice(1);
  const found = await Promise.all(others.map((name) => ask(target, name, "other names")));
  const wrong = found.filter(({ state }) => state !== "well");
  if (others.length === 0 || wrong.length > 0) return wrong;
  return [well("other names", `${others.join(", ")}: the same answer`)];
}

async function ask(target: Target, domain: string, name: string): Promise<Finding> {
  const url = `https://${domain}${target.health.path}`;
  const begun = performance.now();
  try {
    const answer = await visit(target, url);
    const wrong = mistakeIn(answer, target);
    if (wrong) return unwell(name, `${url} ${wrong}`, "See the lines of web and app: ./site status");
    return well(name, `${url} answers ${target.health.status} in ${Math.round(performance.now() - begun)} ms`);
  } catch (error) {
    return unwell(name, `${url}: ${sentence(error)}`, "See the lines of web: ./site status");
  }
}

/** What is wrong with the answer to the health page. */
export function mistakeIn({ status, body, headers }: Answer, target: Target): string | undefined {
  const { health } = target;
  if (status !== health.status) return `answers ${status} instead of ${health.status}`;
  if (!body.includes(health.text)) return `answers ${status}, but without "${health.text}"`;
  const leads = headers.location === undefined ? undefined : new URL(String(headers.location), "https://here.invalid");
  // A site that does not know that it is served over HTTPS, or under which name, sends visitors astray.
  if (leads?.protocol === "http:") return `leads to ${leads.href}: the site does not see that it is asked over HTTPS`;
  if (leads && leads.hostname !== "here.invalid" && !namesOf(target).includes(leads.hostname))
    return `leads away, to ${leads.hostname}`;
  return undefined;
}
