import type { Finding } from "../status/finding";
import { fact, judged } from "./said";
import { page, type Target } from "./target";

/** Where Django gives cookies out, if a site has these pages: the front page, its own login, the admin's. */
const pages = ["/", "/accounts/login/", "/admin/login/"];

/** The flags of cookies that visitors get before they sign in. */
export async function lookAtCookies(target: Target): Promise<Finding[]> {
  const found = await Promise.all([...pages, target.health.path].map((path) => page(target, path)));
  return [judgeCookies(found.flatMap(({ answer }) => answer.headers["set-cookie"] ?? []))];
}

export function judgeCookies(lines: string[]): Finding {
  const names = [...new Set(lines.map(nameOf))];
  if (names.length === 0) return fact("cookies", `none on ${pages.join(", ")}`);
  const complaints = [...new Set(lines.flatMap(complaintsAbout))];
  const remedy = "Set SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE and the like in the site's settings";
  return judged("cookies", complaints, `${names.join(", ")}: Secure and SameSite`, remedy);
}

function complaintsAbout(line: string): string[] {
  const flags = line
    .split(";")
    .slice(1)
    .map((part) => part.trim().toLowerCase());
  const name = nameOf(line);
  return [
    ...(flags.includes("secure") ? [] : [`${name} is not Secure: it is sent over plain HTTP, too`]),
    ...(flags.some((flag) => flag.startsWith("samesite=")) ? [] : [`${name} has no SameSite`]),
    // Scripts may read the one against forged requests: Django's own pages do.
    ...(/session/i.test(name) && !flags.includes("httponly") ? [`${name} is not HttpOnly: any script reads it`] : []),
  ];
}

function nameOf(line: string): string {
  return line.split("=")[0]?.trim() ?? "";
}
