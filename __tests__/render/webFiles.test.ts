import { localPath, webFiles, type WebSite } from "../../render/webFiles";

const site: WebSite = {
  site: "gamelenders",
  domains: ["www.gamelenders.com", "gamelenders.com"],
  redirects: ["gamelenders.fr"],
  operatorCidrs: ["203.0.113.7/32"],
  upstreams: ["10.0.0.12"],
  static: { url: "/static/" },
  media: { url: "/media/" },
  maxBody: "20m",
  timeoutSeconds: 30,
};

/** A file of the site's configuration, without comments. */
function text(name: string, changes: Partial<WebSite> = {}): string {
  const found = webFiles({ ...site, ...changes }).find(({ path }) => path.endsWith(`/${name}`));
  if (!found) throw new Error(`there is no ${name}`);
  return found.content.replace(/^\s*#.*\n/gm, "");
}

describe("the web server's files", () => {
  it("serve the site under its names, and send its redirects to the canonical one", () => {
    expect(text("site.conf").match(/server_name .*;/g)).toEqual(
      Array(2).fill("server_name www.gamelenders.com gamelenders.com;"),
    );
    expect(text("redirects.conf").match(/(server_name|return) .*;/g)).toEqual([
      "server_name gamelenders.fr;",
      "return 301 https://www.gamelenders.com$request_uri;",
      "server_name gamelenders.fr;",
      "return 301 https://www.gamelenders.com$request_uri;",
    ]);
  });

  it("refuse other names before they come to the site", () => {
    const main = text("nginx.conf");
    expect(main.indexOf("trinode/unknown.conf")).toBeLessThan(main.indexOf("trinode/site.conf"));
    expect(main.indexOf("trinode/site.conf")).toBeLessThan(main.indexOf("conf.d/"));
    expect(text("unknown.conf")).toMatch(/return 444;[^]*ssl_reject_handshake on;[^]*return 421;/);
  });

  it("pass requests to every application server, on a connection of their own unless they can be repeated", () => {
    const http = text("http.conf", { upstreams: ["10.0.0.12", "10.0.0.13"] });
    const upstreams = [...http.matchAll(/upstream (\w+) \{\n([^}]*)\}/g)].map(([, name, body]) => [
      name,
      body?.match(/\S+:\d+/g),
      /keepalive \d+/.test(body ?? ""),
    ]);
    expect(upstreams).toEqual([
      ["trinode_app", ["10.0.0.12:8000", "10.0.0.13:8000"], true],
      ["trinode_app_once", ["10.0.0.12:8000", "10.0.0.13:8000"], false],
      ["trinode_files", ["10.0.0.12:8001", "10.0.0.13:8001"], true],
    ]);
  });

  it("send visitors to the others while one of several application servers is out, which is asked when no other answers", () => {
    const upstreams = ["10.0.0.12", "10.0.0.13"];
    const [http, main] = [text("http.conf", { upstreams }), text("site.conf", { upstreams })];
    expect(main).toMatch(
      /if \(-f \/run\/trinode-out\/10\.0\.0\.13\) \{\s+set \$trinode_out "\$\{trinode_out\}10\.0\.0\.13";/,
    );
    const [, body = ""] = /upstream trinode_app_without_10\.0\.0\.13 \{\n([^}]*)\}/.exec(http) ?? [];
    expect(body.match(/server .*;/g)).toEqual([
      "server 10.0.0.12:8000 max_fails=1 fail_timeout=5s;",
      "server 10.0.0.13:8000 max_fails=1 fail_timeout=5s backup;",
    ]);
    expect(http).toContain('"10.0.0.13 GET"  trinode_app_without_10.0.0.13;');
    expect(http).toContain('"~^10\\.0\\.0\\.13 [A-Z]+$" trinode_app_once_without_10.0.0.13;');
    expect(text("site.conf")).not.toContain("trinode-out/");
    expect(text("http.conf")).not.toContain("without");
  });

  it("look for a file on the next application server, where a release has not come to all of them yet", () => {
    expect(text("files.conf", { upstreams: ["10.0.0.12", "10.0.0.13"] })).toMatch(/proxy_next_upstream .* http_404;/);
    expect(text("files.conf")).not.toContain("http_404");
  });

  it("serve no uploads for a site that has none", () => {
    expect(() => text("media.conf", { media: { url: "" } })).toThrow("there is no media.conf");
    expect(() => text("static.conf", { static: { url: "" } })).toThrow("can't be served");
  });

  it("give visitors a page of its own during maintenance, and operators the site", () => {
    const main = text("site.conf");
    expect(text("http.conf")).toMatch(/geo \$trinode_visitor \{\s+default world;\s+203\.0\.113\.7\/32 operator;\s+\}/);
    expect(main).toMatch(
      /if \(-f \/var\/lib\/trinode\/maintenance\) \{\s+set \$trinode_closed "to \$trinode_visitor";/,
    );
    expect(main).toMatch(/location \/ \{\s+if \(\$trinode_closed = "to world"\) \{\s+return 503;/);
    expect(main).toMatch(/error_page 503 \/trinode-maintenance\.html;[^]*Retry-After 600 always/);
    const page = text("trinode-maintenance.html");
    for (const words of ["Le site est en maintenance", "Down for maintenance"]) expect(page).toContain(words);
  });

  it("replace everything that a client could say about where a request comes from", () => {
    const told = text("proxy.conf").match(/(?<=proxy_set_header )\S+ .*(?=;)/g);
    expect(told).toEqual(
      expect.arrayContaining([
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto https",
        "X-Forwarded-Host $host",
        'Forwarded ""',
        'X-Forwarded-Ssl ""',
        'Proxy ""',
      ]),
    );
    expect(text("proxy.conf")).not.toContain("$http_");
    expect(text("proxy.conf")).not.toContain("proxy_add_x_forwarded_for");
  });

  it("wait a little longer than gunicorn does, and take bodies as large as configured", () => {
    expect(text("proxy.conf", { timeoutSeconds: 60 })).toContain("proxy_read_timeout 65s;");
    expect(text("site.conf", { maxBody: "1g" })).toContain("client_max_body_size 1g;");
  });

  it("upgrade to websockets only where the site asks for them", () => {
    expect(text("http.conf")).not.toMatch(/ websocket;/);
    expect(text("http.conf", { websockets: true })).toMatch(/~\*\^websocket\$ websocket;/);
  });

  it("never hand out internal media unasked", () => {
    expect(text("locations/media.conf")).not.toContain("internal;");
    expect(text("locations/media.conf", { media: { url: "/media/", internal: true } })).toMatch(
      /location \^~ \/media\/ \{\n\s*internal;/,
    );
  });

  it("leave out what the site does not have: redirects, files that are on another host", () => {
    const paths = webFiles({ ...site, redirects: [], static: { url: "https://cdn.example.org/s/" } }).map(
      (f) => f.path,
    );
    expect(paths).not.toContain("/etc/trinode/web/site/redirects.conf");
    expect(paths).not.toContain("/etc/trinode/web/site/locations/static.conf");
    expect(paths).toContain("/etc/trinode/web/site/locations/media.conf");
  });

  it("send every answer with the same headers, where a location has some of its own too", () => {
    for (const name of ["site.conf", "redirects.conf", "locations/static.conf", "locations/media.conf"]) {
      const blocks = text(name).split(/(?=location|server \{)/);
      for (const block of blocks.filter((one) => one.includes("add_header "))) {
        expect(block).toContain("include trinode/headers.conf;");
      }
    }
  });
});

describe("a URL of static or media files", () => {
  it.each([
    ["/static/", "/static/"],
    ["static/", "/static/"],
    ["/a/b.c/", "/a/b.c/"],
    ["https://cdn.example.org/static/", undefined],
    ["//cdn.example.org/static/", undefined],
  ])("%s is served at %s", (url, path) => expect(localPath(url)).toBe(path));

  it.each(["/", "", "/sta tic/", "/a/../b/", "/x;{}/", "/é/"])("%j is refused, with a remedy", (url) =>
    expect(() => localPath(url)).toThrow(/can't be served as files\. Give a path like \/static\//),
  );
});
