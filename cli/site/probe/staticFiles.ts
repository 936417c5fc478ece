import type { Answer } from "../../outside";
import type { Finding } from "../status/finding";
import { fact, judged } from "./said";
import { page, type Target, visit } from "./target";

/** More of them tell nothing more. */
const most = 6;

/** Static files of the front page: that they are there, and may be kept as long as their names say. */
export async function lookAtStaticFiles(target: Target): Promise<Finding[]> {
  const { url, answer } = await page(target, "/");
  const files = staticFilesOf(answer.body, url, target.staticUrl).slice(0, most);
  if (files.length === 0) return [fact("static files", `${url} names none below ${target.staticUrl}`)];
  const complaints = await Promise.all(files.map((file) => complaintsAbout(target, file)));
  const remedy = "See the lines of app: was collectstatic run, and does app.static.directory name its result?";
  return [
    judged("static files", complaints.flat(), `${files.length} of ${url} are there, and cached as they may be`, remedy),
  ];
}

/** Whole URLs of what a page loads from below STATIC_URL. */
export function staticFilesOf(html: string, from: string, staticUrl: string): string[] {
  const base = new URL(staticUrl, from).href;
  const named = [...html.matchAll(/\b(?:href|src)=["']?([^"'\s>]+)/g)].map(([, name = ""]) => {
    try {
      return new URL(name.replaceAll("&amp;", "&"), from).href;
    } catch {
      return "";
    }
  });
  return [...new Set(named.filter((name) => name.startsWith(base)))];
}

async function complaintsAbout(target: Target, file: string): Promise<string[]> {
  const first = await visit(target, file);
  const wrong = judgeStaticFile(file, first);
  const tag = first.headers.etag;
  if (wrong.length > 0 || typeof tag !== "string") return wrong;
  const { status } = await visit(target, file, { "if-none-match": tag });
  return status === 304 ? [] : [`${file} is sent again (${status}) to who has it already`];
}

/** Names with a hash of their content never change; others have to be asked for anew. */
export function judgeStaticFile(file: string, { status, headers }: Pick<Answer, "status" | "headers">): string[] {
  if (status !== 200) return [`${file} answers ${status}`];
  const caching = String(headers["cache-control"] ?? "");
  const lasting = Number(/max-age=(\d+)/.exec(caching)?.[1] ?? 0);
  const hashed = /\.[0-9a-f]{12,64}\.[A-Za-z0-9.]+$/.test(new URL(file).pathname);
  return [
    ...(hashed && lasting < 86_400 ? [`${file} has a hash in its name and may not be kept ("${caching}")`] : []),
    ...(!hashed && /immutable/.test(caching) ? [`${file} is called immutable and has no hash in its name`] : []),
    ...(caching === "" && !headers.etag && !headers["last-modified"] ? [`${file} says nothing about caching`] : []),
    ...(headers["set-cookie"] ? [`${file} sets a cookie`] : []),
  ];
}
