import { checksum, filesOf, type Put, putOnServers } from "../../../../cli/site/drift/bundles";
import { compareFiles, type Found, pathsOf, readFingerprints } from "../../../../cli/site/drift/files";
import { issue } from "../../../../cli/site/drift/issue";
import { compareResources } from "../../../../cli/site/drift/resources";
import { diffOf } from "../../../../cli/site/drift/server";
import type { PreviewStep } from "../../../../policy/previewed";
import { encodeBundle } from "../../../../render/bundle";
import { file } from "../../../../render/hostFile";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const bundle = (...files: ReturnType<typeof file>[]) =>
  encodeBundle({ verb: "install", scripts: [], files, environment: {} });

/** What a server has when all of it is as it was put there. */
function asPut(put: Put): Map<string, Found> {
  const all = [...put].map(([path, [one]]): [string, Found] => {
    const { mode, owner, group, content } = one!;
    return [path, { mode, owner, group, sum: checksum(content) }];
  });
  return new Map(all);
}

async function put(...files: ReturnType<typeof file>[]): Promise<Put> {
  return new Map((await filesOf(await bundle(...files))).map((one) => [one.path, [one]]));
}

describe("what was put on servers", () => {
  it("is read from the state: files, rights and scripts, by the server's address", async () => {
    const step = {
      urn: "urn:pulumi:prod::trinode::command:remote:Command::web-keys",
      type: "command:remote:Command",
      inputs: {
        stdin: secret(await bundle(file("/etc/one", 0o640, "1\n", "root", "shop"))),
        connection: secret({ host: "203.0.113.7" }),
      },
    };
    const servers = await putOnServers([{ urn: "", type: "linode:index/vpc:Vpc" }, step]);
    expect([...servers.keys()]).toEqual(["203.0.113.7"]);
    const found = servers.get("203.0.113.7")!;
    expect(found.get("/etc/one")).toEqual([
      {
        ...{ path: "/etc/one", mode: "640", owner: "root", group: "shop", content: Buffer.from("1\n") },
        step: "web-keys",
      },
    ]);
    expect([...found.keys()]).toContain("/usr/local/lib/trinode/install.sh");
  });

  it("is asked for with the copies that services read", async () => {
    const asked = pathsOf(
      await put(
        file("/etc/trinode/web/nginx.conf", 0o644, ""),
        file("/etc/trinode/web/site/locations/static.conf", 0o644, ""),
        file("/etc/trinode/web/site/platform/https-1.25.conf", 0o644, ""),
        file("/etc/trinode/redis.conf", 0o600, ""),
      ),
    );
    for (const path of ["/etc/nginx/nginx.conf", "locations/static.conf", "/etc/nginx/trinode/https.conf"])
      expect(asked.join("\n")).toContain(path);
    // An empty one says that there is to be none.
    expect(asked).not.toContain("/etc/redis/trinode.conf");
  });
});

describe("files on a server", () => {
  const site = file("/etc/trinode/web/site/site.conf", 0o644, "listen 443;\n");
  const key = file("/etc/trinode/provided.key", 0o600, "secret\n");
  const program = file("/etc/supervisor/conf.d/shop-gunicorn.conf", 0o644, "user=shop\n");

  async function changed(change: (found: Map<string, Found>) => void) {
    const wanted = await put(site, key, program);
    const found = asPut(wanted);
    found.set("/etc/nginx/trinode/site.conf", { ...found.get(site.path)!, mode: "600" });
    change(found);
    return compareFiles(wanted, found);
  }

  it("that are as they were put there differ in nothing", async () => {
    expect(await changed(() => undefined)).toEqual([]);
  });

  it.each<[string, (found: Map<string, Found>) => void, object]>([
    [
      "changed, with what it was where everybody may read it",
      (found) => (found.get("/etc/nginx/trinode/site.conf")!.sum = "0"),
      { path: "/etc/nginx/trinode/site.conf", text: "has another content", wanted: Buffer.from("listen 443;\n") },
    ],
    [
      "changed, without a word of it where only root may",
      (found) => (found.get("/etc/trinode/provided.key")!.sum = "0"),
      { path: "/etc/trinode/provided.key", text: "has another content" },
    ],
    [
      "missing",
      (found) => found.delete("/etc/trinode/provided.key"),
      { path: "/etc/trinode/provided.key", text: "is missing" },
    ],
    [
      "open to everybody",
      (found) => (found.get("/etc/trinode/provided.key")!.mode = "644"),
      { path: "/etc/trinode/provided.key", text: "has the rights 644 root:root, not 600 root:root" },
    ],
    [
      "nobody's",
      (found) => found.set("/etc/nginx/conf.d/x.conf", { mode: "644", owner: "root", group: "root", sum: "0" }),
      { path: "/etc/nginx/conf.d/x.conf", text: "was put there by nobody" },
    ],
    [
      "variables that were changed there",
      (found) => found.set("/etc/trinode/overrides.env", { mode: "600", owner: "root", group: "root", sum: "0" }),
      { path: "/etc/trinode/overrides.env", text: "variables were changed on the server" },
    ],
    [
      "the unix user's name that was changed there",
      (found) => {
        found.set("/etc/trinode/override-user", { mode: "644", owner: "root", group: "root", sum: "0" });
        found.get("/etc/supervisor/conf.d/shop-gunicorn.conf")!.sum = "0";
      },
      { path: "/etc/trinode/override-user", text: "the unix user got another name on the server" },
    ],
  ])("are told when one is %s", async (_, change, difference) => {
    const differences = await changed(change);
    expect(differences.map(({ step: _step, ...rest }) => rest)).toEqual([difference]);
  });

  it("may be either of two contents that steps of different times have brought", async () => {
    const [before, after] = await Promise.all([put(site), put({ ...site, content: "listen 80;\n" })]);
    const both: Put = new Map([[site.path, [...before.get(site.path)!, ...after.get(site.path)!]]]);
    const found = asPut(before);
    found.set("/etc/nginx/trinode/site.conf", found.get(site.path)!);
    expect(compareFiles(both, found)).toEqual([]);
  });

  it("are read from a server's answer, links too", () => {
    const printed = "/etc/a\t644\troot\troot\tabc\n/etc/nginx/conf.d//x\t\t\t\tlink\n";
    expect([...readFingerprints(printed)]).toEqual([
      ["/etc/a", { mode: "644", owner: "root", group: "root", sum: "abc" }],
      ["/etc/nginx/conf.d/x", { mode: "", owner: "", group: "", sum: "link" }],
    ]);
  });

  it("are compared line by line", async () => {
    expect((await diffOf(Buffer.from("a\nb\n"), Buffer.from("a\nc\n"))).split("\n")).toEqual([
      "@@ -1,2 +1,2 @@",
      " a",
      "-b",
      "+c",
    ]);
    expect(await diffOf(Buffer.from("a\n"), Buffer.from("a\n"))).toBe("");
  });
});

describe("resources", () => {
  const type = "linode:index/firewall:Firewall";
  const rule = (label: string, ports: string) => ({ label, ports, action: "ACCEPT", protocol: "TCP", ipv4s: ["x/32"] });
  const own = { inbounds: [rule("ssh-operators", "22")], tags: ["a", "b"] };
  const state = (name: string, inputs: object, of = type) => {
    const urn = `urn:pulumi:prod::trinode::${of}::${name}`;
    return { urn, type: of, inputs: inputs as Record<string, unknown> };
  };
  function steps(op: string, known: object, found?: object, wanted?: object, of = type): PreviewStep[] {
    const { urn } = state("app-firewall", {}, of);
    return [
      { op: "refresh", urn, oldState: state("app-firewall", known, of) },
      {
        ...{ op, urn },
        ...(found && { oldState: state("app-firewall", found, of) }),
        ...(wanted && { newState: state("app-firewall", wanted, of) }),
      },
    ];
  }
  const look = (...all: PreviewStep[]) => compareResources({ config: {}, steps: all });

  it("that are as they were made differ in nothing, however the provider writes them", () => {
    const found = { ...own, tags: ["b", "a"], __defaults: [], description: "", disabled: false };
    expect(look(...steps("same", own, found, own))).toEqual({ differences: [], admitted: [] });
  });

  it("that were changed at Linode are told, with what pulumi up would do", () => {
    const found = { ...own, inbounds: [...own.inbounds, rule("by-hand", "8080")] };
    const { differences } = look(...steps("update", own, found, own));
    expect(differences).toEqual([
      { name: "app-firewall", kind: "changed", text: expect.stringContaining("no longer lets in `TCP 8080") as string },
    ]);
  });

  it("that are gone are told, and those that a merged change has not reached yet", () => {
    expect(look(...steps("create", own, undefined, own)).differences[0]).toMatchObject({ kind: "changed" });
    const wanted = { ...own, inbounds: [rule("ssh-operators", "2222")] };
    expect(look(...steps("update", own, own, wanted)).differences[0]).toMatchObject({ kind: "not deployed" });
  });

  it("that pulumi up would leave as they are, are told too", () => {
    const instance = "linode:index/instance:Instance";
    const { differences } = look(...steps("same", { booted: true }, { booted: false }, { booted: true }, instance));
    expect(differences[0]?.text).toBe("booted changed at Linode; pulumi up leaves that alone");
  });

  it("that ./site admit has opened for a time are no difference, and more than that is one", () => {
    const guest = rule("admit-20260102T030405Z-abc123", "22");
    const found = { ...own, inbounds: [...own.inbounds, guest] };
    expect(look(...steps("update", own, found, own))).toEqual({ differences: [], admitted: ["x/32"] });
    const more = { ...own, inbounds: [...found.inbounds, rule("by-hand", "8080")] };
    expect(look(...steps("update", own, more, own)).differences).toHaveLength(1);
  });
});

describe("the issue", () => {
  it("has what differs, as code: nothing in it is a link or a mention", () => {
    const text = issue("prod", [
      { where: "web", name: "files", state: "well", text: "59" },
      {
        ...{
          where: "web",
          machine: "shop-prod-web",
          name: "/etc/x",
          state: "unwell",
          text: "@everyone",
          remedy: "Look",
        },
        diff: "-a\n+```\n+# [b](http://c)",
      },
      { where: "app", name: "ssh", state: "unseen", text: "can't be reached" },
    ]);
    expect(text.split("\n")[0]).toBe("<!-- trinode-drift prod -->");
    expect(text).toContain("- `shop-prod-web` `/etc/x`: `@everyone`\n  `Look`");
    expect(text).toContain("````text\n-a\n+```\n+# [b](http://c)\n````");
    expect(text).toContain("could not be looked at: `app` `ssh`");
    expect(text).not.toContain("`59`");
  });
});
