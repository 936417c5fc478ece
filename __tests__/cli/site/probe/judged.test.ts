import { judgeBackup } from "../../../../cli/site/probe/backupAge";
import { judgeCertificates, type Shown } from "../../../../cli/site/probe/certificate";
import { judgeCookies } from "../../../../cli/site/probe/cookies";
import { judgeHeaders } from "../../../../cli/site/probe/headers";
import { mistakeIn } from "../../../../cli/site/probe/health";
import { complaint } from "../../../../cli/site/probe/redirects";
import { judgeStaticFile, staticFilesOf } from "../../../../cli/site/probe/staticFiles";
import { targetOf } from "../../../../cli/site/probe/target";
import { judgeUnknown } from "../../../../cli/site/probe/unknownHost";

const server = { name: "web", roles: ["web" as const], id: 1, label: "l", address: "192.0.2.1", hostKey: "" };

function shown(name: string, more: Partial<Shown> = {}, print = "AA"): Shown {
  const certificate = {
    valid_from: "Jan  1 00:00:00 2026 GMT",
    valid_to: "Apr  1 00:00:00 2026 GMT",
    issuer: { CN: "R11" } as Shown["certificate"]["issuer"],
    fingerprint256: print,
  };
  return { name, certificate, ...more };
}

describe("a certificate", () => {
  const at = (day: string) => new Date(`${day}T00:00:00Z`);

  it("is well with its chain and time enough", () => {
    expect(judgeCertificates([shown("a.org"), shown("b.org")], "letsencrypt", at("2026-02-01"))).toEqual([
      { where: "outside", name: "certificate", state: "well", text: "a.org, b.org: by R11, 59 days left" },
    ]);
  });

  it.each([
    ["near its end", shown("a.org"), "2026-03-25", "7 days left, which is less than a quarter"],
    ["past its end", shown("a.org"), "2026-04-02", "expired on 2026-04-01"],
    ["of an unknown authority", shown("a.org", { refused: "SELF_SIGNED" }), "2026-02-01", "a.org: SELF_SIGNED"],
  ])("is not well %s", (_, one, day, text) => {
    const [finding] = judgeCertificates([one], "letsencrypt", at(day));
    expect(finding).toMatchObject({ state: "unwell", text: expect.stringContaining(text) as string });
  });

  it("may have signed itself where the configuration says so, and that is told", () => {
    const found = judgeCertificates([shown("a.org", { refused: "SELF_SIGNED" })], "selfsigned", at("2026-02-01"));
    expect(found.map(({ state }) => state)).toEqual(["well", "fact"]);
  });
});

describe("headers", () => {
  const good = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    server: "nginx",
  };
  const states = (headers: object) => judgeHeaders(headers as never).map(({ name, state }) => `${name} ${state}`);

  it("are well as the web server and Django send them", () => {
    expect(states(good)).toEqual(["hsts well", "headers well"]);
  });

  it.each([
    [{ "strict-transport-security": undefined }, "hsts unwell"],
    [{ "strict-transport-security": "max-age=0" }, "hsts unwell"],
    [{ "strict-transport-security": "max-age=3600" }, "hsts unwell"],
    [{ "x-content-type-options": undefined }, "headers unwell"],
    [{ "referrer-policy": undefined }, "headers unwell"],
    [{ server: "nginx/1.26.3" }, "headers unwell"],
    [{ "x-powered-by": "PHP/5" }, "headers unwell"],
    [{ "x-frame-options": undefined }, "framing fact"],
  ])("with %j: %s", (change, state) => {
    expect(states({ ...good, ...change })).toContain(state);
  });
});

describe("cookies", () => {
  it("are well with their flags, and nothing to judge where there are none", () => {
    expect(
      judgeCookies(["sessionid=a; Secure; HttpOnly; SameSite=Lax", "csrftoken=b; secure; samesite=Lax"]),
    ).toMatchObject({ state: "well", text: "sessionid, csrftoken: Secure and SameSite" });
    expect(judgeCookies([]).state).toBe("fact");
  });

  it.each([
    ["csrftoken=b; SameSite=Lax", "csrftoken is not Secure"],
    ["csrftoken=secure; Secure", "csrftoken has no SameSite"],
    ["my_session=a; Secure; SameSite=Lax", "my_session is not HttpOnly"],
  ])("are not well: %s", (line, text) => {
    expect(judgeCookies([line])).toMatchObject({ state: "unwell", text: expect.stringContaining(text) as string });
  });
});

describe("the answer to the health page", () => {
  const config = { domains: ["a.org", "www.a.org"], app: { health: { path: "/up/", status: "200", text: "ok" } } };
  const target = targetOf(config, [server]);

  it("is what the configuration promises", () => {
    expect(mistakeIn({ status: 200, body: "all ok", headers: {} }, target)).toBeUndefined();
  });

  it.each([
    [{ status: 500, body: "ok", headers: {} }, "answers 500 instead of 200"],
    [{ status: 200, body: "no", headers: {} }, 'answers 200, but without "ok"'],
    [
      { status: 200, body: "ok", headers: { location: "http://a.org/up/" } },
      "does not see that it is asked over HTTPS",
    ],
    [{ status: 200, body: "ok", headers: { location: "https://10.0.0.12/up/" } }, "leads away, to 10.0.0.12"],
  ])("is refused otherwise: %j", (answer, text) => {
    expect(mistakeIn(answer, target)).toContain(text);
  });

  it("may lead within the site", () => {
    expect(mistakeIn({ status: 200, body: "ok", headers: { location: "/fr/" } }, target)).toBeUndefined();
  });
});

describe("a redirect", () => {
  it.each([
    [{ status: 301, headers: { location: "https://a.org/x?y" } }, []],
    [
      { status: 302, headers: { location: "https://a.org/x?y" } },
      ["http://a.org/x?y answers 302 in place of a redirect"],
    ],
    [{ status: 200, headers: {} }, ["http://a.org/x?y answers 200 in place of a redirect"]],
    [
      { status: 301, headers: { location: "https://a.org/" } },
      ["http://a.org/x?y leads to https://a.org/ in place of https://a.org/x?y"],
    ],
  ])("is permanent, in one step, with path and query: %j", (answer, complaints) => {
    expect(complaint("http://a.org/x?y", "https://a.org/x?y", answer)).toEqual(complaints);
  });
});

describe("static files", () => {
  it("are those that a page loads from below STATIC_URL", () => {
    const html = `<link href="/static/a.css"><script src='/static/b.js?x=1&amp;y=2'></script><img src=/media/c.png>
      <a href="/games/">x</a><img src="https://cdn.example/static/d.png"><img src="/static/a.css"><a href="http://[">y</a>`;
    expect(staticFilesOf(html, "https://a.org/en/", "/static/")).toEqual([
      "https://a.org/static/a.css",
      "https://a.org/static/b.js?x=1&y=2",
    ]);
    expect(staticFilesOf(html, "https://a.org/", "https://cdn.example/static/")).toHaveLength(1);
  });

  const plain = "https://a.org/static/site.css";
  const hashed = "https://a.org/static/site.0123456789ab.css";
  it.each([
    [hashed, { status: 200, headers: { "cache-control": "public, max-age=31536000, immutable" } }, 0],
    [plain, { status: 200, headers: { "cache-control": "public, no-cache" } }, 0],
    [plain, { status: 404, headers: {} }, 1],
    [plain, { status: 200, headers: {} }, 1],
    [plain, { status: 200, headers: { "cache-control": "max-age=31536000, immutable" } }, 1],
    [hashed, { status: 200, headers: { "cache-control": "public, no-cache" } }, 1],
    [hashed, { status: 200, headers: { "cache-control": "max-age=31536000", "set-cookie": ["a=b"] } }, 1],
  ])("%s with %j: %d complaints", (file, answer, count) => {
    expect(judgeStaticFile(file, answer)).toHaveLength(count);
  });
});

describe("a name that is not served", () => {
  const refused = { named: false, bare: false, plain: 0, misdirected: 421 };

  it("gets no certificate and no page", () => {
    expect(judgeUnknown(refused).state).toBe("well");
  });

  it.each([{ named: true }, { bare: true }, { plain: 200 }, { plain: 301 }, { misdirected: 200 }])(
    "is not well with %j",
    (change) => {
      expect(judgeUnknown({ ...refused, ...change }).state).toBe("unwell");
    },
  );
});

describe("the age of the newest backup", () => {
  const now = new Date("2026-01-03T04:00:00Z");
  const judged = (noted: string) => judgeBackup("backup of app", noted, 26, now);

  it("is well for a day and a bit, when it was read back", () => {
    expect(judged("well 20260102T021500Z 2026-01-02T02:16:00Z\n")).toMatchObject({
      state: "well",
      text: "20260102T021500Z, read back 25 hours ago",
    });
  });

  it.each([
    ["well 20260101T021500Z 2026-01-01T02:16:00Z\n", "20260101T021500Z, read back 49 hours ago; it may be 26"],
    ["failed 20260103T021500Z 2026-01-03T02:16:00Z\n", "20260103T021500Z failed, at 2026-01-03T02:16:00Z"],
  ])("is not well after that, nor when the last one failed: %j", (noted, text) => {
    expect(judged(noted)).toMatchObject({ state: "unwell", text });
  });

  it("is a fact before the first one", () => {
    expect(judged("")).toMatchObject({ state: "fact", text: "none yet; ./site backup makes one" });
  });
});
