import type { Answer } from "../../outside";
import type { Finding } from "../status/finding";
import { fact, judged } from "./said";
import { page, type Target } from "./target";

/** Half a year: what the lists of browsers ask for at least. */
const shortestHsts = 15_552_000;

/** What is said with every page: that it is HTTPS for good, and nothing about versions. */
export async function lookAtHeaders(target: Target): Promise<Finding[]> {
  const { answer } = await page(target, target.health.path);
  return judgeHeaders(answer.headers);
}

export function judgeHeaders(headers: Answer["headers"]): Finding[] {
  return [judgeHsts(one(headers, "strict-transport-security")), judgeOthers(headers), ...framing(headers)];
}

function judgeHsts(value: string): Finding {
  const seconds = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? 0);
  const complaints =
    seconds === 0
      ? ["visitors' browsers are not told to stay with HTTPS"]
      : seconds < shortestHsts
        ? [`"${value}" is for less than half a year`]
        : [];
  const remedy =
    "The site's own SECURE_HSTS_SECONDS counts more than the web server's. Raise it, or set it to 0 and take it out";
  return judged("hsts", complaints, value, remedy);
}

function judgeOthers(headers: Answer["headers"]): Finding {
  const server = one(headers, "server");
  const complaints = [
    ...(one(headers, "x-content-type-options") === "nosniff" ? [] : ["X-Content-Type-Options is not nosniff"]),
    ...(one(headers, "referrer-policy") ? [] : ["there is no Referrer-Policy"]),
    ...(/\d/.test(server) ? [`Server tells a version: ${server}`] : []),
    ...(one(headers, "x-powered-by") ? [`X-Powered-By tells what runs: ${one(headers, "x-powered-by")}`] : []),
  ];
  const text = `nosniff, Referrer-Policy ${one(headers, "referrer-policy")}, no version told`;
  return judged("headers", complaints, text, "The web server's files are not the program's (pulumi up), or the site's");
}

/** Whether pages may be framed only the site knows. */
function framing(headers: Answer["headers"]): Finding[] {
  const said =
    one(headers, "x-frame-options") || /frame-ancestors[^;]*/.exec(one(headers, "content-security-policy"))?.[0];
  return said
    ? []
    : [fact("framing", "the page may be framed by any site: it sets no X-Frame-Options and no frame-ancestors")];
}

function one(headers: Answer["headers"], name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
