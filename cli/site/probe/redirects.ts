import type { Answer } from "../../outside";
import type { Finding } from "../status/finding";
import { judged } from "./said";
import { namesOf, type Target, visit } from "./target";

/** A path that no site has, with a query: both must come through. */
const path = "/trinode-probe?asked=1";

/** Whether plain HTTP and other names lead to HTTPS and the canonical name, each in one step. */
export async function lookAtRedirects(target: Target): Promise<Finding[]> {
  const [canonical = ""] = target.domains;
  const plain = namesOf(target).map((name) => ({
    from: `http://${name}${path}`,
    to: `https://${target.domains.includes(name) ? name : canonical}${path}`,
  }));
  const names = target.redirects.map((name) => ({ from: `https://${name}${path}`, to: `https://${canonical}${path}` }));
  const all = [...plain, ...names];
  const answers = await Promise.all(all.map(({ from }) => visit(target, from)));
  const complaints = all.flatMap(({ from, to }, i) => complaint(from, to, answers[i]!));
  const text = `${plain.length} of HTTP to HTTPS, ${names.length} of other names to ${canonical}`;
  return [
    judged("redirects", complaints, text, "The web server's files are not the program's. Put it right: pulumi up"),
  ];
}

export function complaint(from: string, to: string, { status, headers }: Pick<Answer, "status" | "headers">): string[] {
  if (status !== 301 && status !== 308) return [`${from} answers ${status} in place of a redirect`];
  return headers.location === to ? [] : [`${from} leads to ${String(headers.location)} in place of ${to}`];
}
