import { TestCloud } from "./client";

let cloud: TestCloud;
beforeEach(async () => (cloud = await TestCloud.start()));
afterEach(() => cloud.stop());

const statuses = async (path: string, times: number) => {
  const seen: number[] = [];
  for (let at = 0; at < times; at++) seen.push((await cloud.call("GET", path)).status);
  return seen;
};

describe("errors provoked on purpose", () => {
  it("a rate limit on the second and third matching call, with the seconds to wait", async () => {
    await cloud.ok("POST", "/local/faults", {
      method: "GET",
      path: "/vpcs",
      nth: 2,
      times: 2,
      status: 429,
      retryAfter: 7,
    });
    expect(await statuses("/vpcs", 4)).toEqual([200, 429, 429, 200]);
    await cloud.ok("POST", "/local/faults", { path: "/domains", status: 429, retryAfter: 7 });
    const { headers, body } = await cloud.call("GET", "/domains");
    expect([headers.get("retry-after"), body]).toEqual(["7", { errors: [{ reason: "Too many requests" }] }]);
  });

  it("a 500 and a 503, and then all is well", async () => {
    await cloud.ok("POST", "/local/faults", { path: "/vpcs", status: 500 });
    await cloud.ok("POST", "/local/faults", { path: "/vpcs", status: 503, nth: 2 });
    expect(await statuses("/vpcs", 3)).toEqual([500, 503, 200]);
  });

  it("a request that is refused so has changed nothing", async () => {
    await cloud.ok("POST", "/local/faults", { method: "POST", path: "/vpcs", status: 500 });
    expect((await cloud.call("POST", "/vpcs", { label: "a", region: "fr-par" })).status).toBe(500);
    expect(await cloud.list("/vpcs")).toEqual([]);
  });

  it("a slow answer, which the log of calls shows", async () => {
    await cloud.ok("POST", "/local/faults", { path: "/vpcs", delayMs: 50 });
    expect(await statuses("/vpcs", 1)).toEqual([200]);
    const calls = await cloud.ok<{ data: { url: string; ms: number; status: number }[] }>("GET", "/local/calls");
    expect(calls.data).toHaveLength(1);
    expect(calls.data[0]).toMatchObject({ method: "GET", url: "/v4/vpcs", status: 200 });
    expect(calls.data[0]?.ms).toBeGreaterThanOrEqual(49);
    await cloud.ok("DELETE", "/local/calls");
    expect(await cloud.ok("GET", "/local/calls")).toEqual({ data: [] });
  });

  it("a boot that fails, of the Linode of that label", async () => {
    await cloud.ok("POST", "/local/faults", { work: "boot", label: "web", failure: "Kernel panic." });
    expect(await cloud.linode({ label: "app" })).toMatchObject({ status: "running" });
    const web = await cloud.linode({ label: "web" });
    expect(web).toMatchObject({ status: "offline" });
    const [boot] = await cloud.list("/account/events", { action: "linode_boot", "entity.id": web.id });
    expect(boot).toMatchObject({ status: "failed", message: "Kernel panic." });
    await cloud.ok("POST", `/linode/instances/${web.id}/boot`, {});
    await cloud.settled();
    expect(await cloud.ok("GET", `/linode/instances/${web.id}`)).toMatchObject({ status: "running" });
  });

  it("can be listed and taken back, and nonsense is refused", async () => {
    await cloud.ok("POST", "/local/faults", { path: "/vpcs", status: 500 });
    expect(await cloud.ok("GET", "/local/faults")).toMatchObject({ data: [{ path: "/vpcs", status: 500, seen: 0 }] });
    await cloud.ok("DELETE", "/local/faults");
    expect(await statuses("/vpcs", 1)).toEqual([200]);
    expect((await cloud.call("POST", "/local/faults", { path: "/vpcs", status: 418 })).status).toBe(400);
    expect((await cloud.call("POST", "/local/faults", { status: 500 })).status).toBe(400);
  });
});

describe("rate limits", () => {
  beforeEach(() => cloud.ok("PUT", "/local/limits", { enforced: true }));

  const ask = (path: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => cloud.call("GET", path)));
  const count = (answers: { status: number }[], status: number) =>
    answers.filter((one) => one.status === status).length;

  it("are Linode's: 200 lists a minute, each operation by itself, then 429 with the seconds to wait", async () => {
    const answers = await ask("/vpcs", 201);
    expect([count(answers, 200), count(answers, 429)]).toEqual([200, 1]);
    const { headers, body } = await cloud.call("GET", "/vpcs?page=2");
    expect(body).toEqual({ errors: [{ reason: "Too many requests" }] });
    expect(headers.get("x-ratelimit-limit")).toBe("200");
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    const seconds = Number(headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000 + 50);
    expect((await cloud.call("GET", "/domains")).status).toBe(200);
  });

  it("of creating Linodes is 20 in 15 seconds, and what is refused makes none", async () => {
    const body = { region: "fr-par", type: "g6-nanode-1" };
    const answers = await Promise.all(Array.from({ length: 21 }, () => cloud.call("POST", "/linode/instances", body)));
    expect([count(answers, 200), count(answers, 429)]).toEqual([20, 1]);
    expect(await cloud.list("/linode/instances")).toHaveLength(20);
  });

  it("are told all the same when nothing is refused", async () => {
    await cloud.ok("PUT", "/local/limits", { enforced: false });
    const answers = await ask("/images", 50);
    expect(count(answers, 200)).toBe(50);
    expect(answers.at(-1)?.headers.get("x-ratelimit-remaining")).toBe("0");
    await cloud.ok("PUT", "/local/limits", { enforced: true });
    expect(count(await ask("/images", 21), 429)).toBe(1);
  });

  it("count no request whose token is wrong", async () => {
    for (let at = 0; at < 25; at++) await cloud.bare("/v4/images", { headers: { authorization: "Bearer wrong" } });
    expect((await cloud.call("GET", "/images")).status).toBe(200);
  });
});

describe("reset", () => {
  it("leaves an empty cloud, whose ids go on", async () => {
    const { id } = await cloud.linode();
    await cloud.ok("POST", "/local/reset", {});
    expect([
      await cloud.list("/linode/instances"),
      await cloud.list("/account/events"),
      await cloud.driver.list(),
    ]).toEqual([[], [], []]);
    expect((await cloud.linode()).id).toBeGreaterThan(id);
  });
});
