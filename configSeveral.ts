import { mediaPath } from "./render/webFiles";

/** What has to do with the number of application servers. */
interface Several {
  appServers: number;
  topology: "three" | "single";
  redis: unknown;
  app: { media: { url: string }; writable: string[] };
}

/** What can't be with several application servers: where, and what. What one of them keeps on its disk, the others don't have. */
export function severalMistakes({ appServers, topology, redis, app }: Several): [path: string[], message: string][] {
  if (appServers === 1) return [];
  const mistakes: [string[], string][] = [];
  if (topology === "single")
    mistakes.push([["appServers"], `${appServers} need topology three: single is all on one Linode. Set one of them.`]);
  if (isLocal(app.media.url))
    mistakes.push([
      ["app", "media", "url"],
      `uploads would lie on one of ${appServers} application servers, and be missing on the others. Keep them in Object Storage and give their whole URL, https://…; or "" for a site without uploads.`,
    ]);
  if (app.writable.length > 0)
    mistakes.push([
      ["app", "writable"],
      `what the site writes there would lie on one of ${appServers} application servers, and be missing on the others. Keep it in the database or in Object Storage.`,
    ]);
  if (redis)
    mistakes.push([
      ["redis"],
      `it is one application server's own, and there are ${appServers}. Run one elsewhere, and give its URL in app.secrets.`,
    ]);
  return mistakes;
}

/** A URL that can't be served is another mistake. */
function isLocal(url: string): boolean {
  try {
    return mediaPath(url) !== undefined;
  } catch {
    return false;
  }
}
