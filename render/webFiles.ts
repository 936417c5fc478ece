import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** Where the application servers listen: gunicorn, and nginx with static files and media. */
export const appPorts = { site: 8000, files: 8001 } as const;

export interface WebSite {
  /** Name of the site; also of its log. */
  site: string;
  /** Names that are served, the canonical one first. */
  domains: string[];
  /** Names that answer 301 to the canonical one. */
  redirects: string[];
  /** Where operators are: they get the site during maintenance, too. */
  operatorCidrs: string[];
  /** Private addresses of the application servers, at least one. */
  upstreams: string[];
  /** Django's STATIC_URL and MEDIA_URL; a URL on another host (a CDN) is not served from here, nor are media without a URL. */
  static: { url: string };
  media: {
    url: string;
    /** Only what the application hands out by `X-Accel-Redirect`. @default false */
    internal?: boolean;
  };
  /** Largest request body, as nginx writes sizes: `20m`. */
  maxBody: string;
  /** How long gunicorn gives a request. */
  timeoutSeconds: number;
  /** Whether requests may become websockets. @default false */
  websockets?: boolean;
}

/** A file here, named by its address, says that an application server is out: see `scripts/upstream-out.sh`. */
const outDirectory = "/run/trinode-out";

/** Where the wanted files are put; `web.sh` takes them to `/etc/nginx` once nginx has said that they are right. */
const wanted = "/etc/trinode/web";

/** nginx's configuration for a site. @throws Error for a URL that can't be served */
export function webFiles(site: WebSite): HostFile[] {
  const { domains, redirects, upstreams } = site;
  const canonical = domains[0] ?? "";
  const common = { site: site.site, canonical };
  const part = (name: string, values: Record<string, string | number> = {}) =>
    file(`${wanted}/site/${name}`, 0o644, fill(`nginx/${name}`, values));
  return [
    file(`${wanted}/nginx.conf`, 0o644, fill("nginx/nginx.conf")),
    part("http.conf", httpValues(site)),
    ...["unknown.conf", "tls.conf", "headers.conf", "acme.conf", "farewell.conf"].map((name) => part(name)),
    // While a release goes from server to server, a file of it may be on the next one only.
    part("files.conf", { elsewhere: upstreams.length > 1 ? " http_404" : "", tries: Math.max(2, upstreams.length) }),
    part("proxy.conf", { timeoutSeconds: site.timeoutSeconds + 5, tries: Math.max(2, upstreams.length) }),
    part("site.conf", { ...common, serverNames: domains.join(" "), maxBody: site.maxBody, out: outLines(upstreams) }),
    ...(redirects.length > 0 ? [part("redirects.conf", { ...common, redirectNames: redirects.join(" ") })] : []),
    ...locations(site),
    ...platforms.map((name) => part(`platform/${name}.conf`)),
    ...["away", "maintenance"].map((name) =>
      file(`${wanted}/site/pages/trinode-${name}.html`, 0o644, fill(`web/${name}.html`, { site: site.site })),
    ),
    file("/etc/logrotate.d/trinode-web", 0o644, fill("web/logrotate.conf", { site: site.site })),
    file("/etc/systemd/system/logrotate.timer.d/trinode.conf", 0o644, fill("web/logrotate.timer.conf")),
    file("/etc/systemd/system/nginx.service.d/trinode-web.conf", 0o644, fill("web/nginx.service.conf")),
  ];
}

/** Spellings that differ between releases of nginx and OpenSSL; the host takes those that it knows. */
const platforms = ["https-1.22", "https-1.25", "groups-3.0", "groups-3.5"];

function httpValues({ upstreams, operatorCidrs, websockets = false }: WebSite) {
  return {
    appServers: serverLines(upstreams, appPorts.site),
    fileServers: serverLines(upstreams, appPorts.files),
    withoutOne: several(upstreams)
      .map((out) => fill("nginx/without.conf", { out, appServers: serverLines(upstreams, appPorts.site, out) }))
      .join(""),
    withoutOneByMethod: several(upstreams).map(backendsWithout).join(""),
    operators: operatorCidrs.map((cidr) => `    ${cidr} operator;`).join("\n"),
    websockets: websockets ? "    ~*^websocket$ websocket;" : "    # Not for this site.",
  };
}

/** Servers of an upstream. One that is out is asked when no other answers. */
function serverLines(upstreams: string[], port: number, out?: string): string {
  return upstreams
    .map((address) => `    server ${address}:${port}${health(upstreams)}${address === out ? " backup" : ""};`)
    .join("\n");
}

/** The only one is always asked; of several, one that can't be reached is left alone for some seconds. */
function health(upstreams: string[]): string {
  return upstreams.length > 1 ? " max_fails=1 fail_timeout=5s" : "";
}

/** Those that can be taken out of their number: none where there is only one. */
function several(upstreams: string[]): string[] {
  return upstreams.length > 1 ? upstreams : [];
}

function backendsWithout(address: string): string {
  const group = `without_${address}`;
  return [
    `    "${address} GET"  trinode_app_${group};\n`,
    `    "${address} HEAD" trinode_app_${group};\n`,
    `    "~^${address.replaceAll(".", "\\.")} [A-Z]+$" trinode_app_once_${group};\n`,
  ].join("");
}

/** How a server block finds out which application server is out at the moment: a file says so, from one request to the next. */
function outLines(upstreams: string[]): string {
  return several(upstreams)
    .map(
      (address) =>
        `    if (-f ${outDirectory}/${address}) {\n        set $trinode_out "\${trinode_out}${address}";\n    }\n`,
    )
    .join("");
}

/** Static and media files, where they are served from here. */
function locations({ static: statics, media }: WebSite): HostFile[] {
  const location = (name: string, template: string, url: string | undefined) =>
    url === undefined
      ? []
      : [file(`${wanted}/site/locations/${name}.conf`, 0o644, fill(`nginx/locations/${template}.conf`, { url }))];
  return [
    ...location("static", "static", localPath(statics.url)),
    ...location("media", media.internal ? "media-internal" : "media", mediaPath(media.url)),
  ];
}

/**
 * A URL of Django's settings as the path of an nginx location, `undefined` when it is on another host. Like Django, takes
 * `static/` for `/static/`. @throws Error when nginx could not tell it from the site's pages, or it is no plain path
 */
export function localPath(url: string): string | undefined {
  if (/^([a-z]+:)?\/\//i.test(url)) return undefined;
  const path = `/${url.replace(/^\/+|\/+$/g, "")}/`;
  if (!/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/$/.test(path)) {
    throw new Error(`"${url}" can't be served as files. Give a path like /static/, or a whole URL of another host.`);
  }
  return path;
}

/** The same for uploads, which a site may not have: then its MEDIA_URL is empty. */
export function mediaPath(url: string): string | undefined {
  return url === "" ? undefined : localPath(url);
}
