import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { load, percentile } from "../../bench/load";

describe("load", () => {
  let server: Server;
  let url: string;
  let posted: string[];

  beforeEach(async () => {
    posted = [];
    server = createServer((request, response) => {
      if (request.url === "/reset") return request.socket.destroy();
      request.on("data", (part: Buffer) => posted.push(part.toString()));
      request.on("end", () => {
        response.statusCode = Number(request.url?.slice(1));
        response.end("answer");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("sends as many requests as asked for, in turn, and counts every answer", async () => {
    const requests = [
      { url: `${url}/200` },
      { url: `${url}/302`, method: "POST" as const, body: "language=en" },
      { url: `${url}/502` },
    ];
    const result = await load({ requests, count: 30, clients: 4 });
    expect(result).toMatchObject({ sent: 30, answers: { 200: 10, 302: 10, 502: 10 }, failed: 10 });
    expect(result.p50).toBeLessThanOrEqual(result.p99);
    expect(posted).toEqual(Array(10).fill("language=en"));
  });

  it("counts a connection that the server drops as failed, and goes on", async () => {
    const result = await load({ requests: [{ url: `${url}/reset` }, { url: `${url}/200` }], count: 10, clients: 1 });
    expect(result).toMatchObject({ sent: 10, answers: { ECONNRESET: 5, 200: 5 }, failed: 5 });
  });

  it("ends before its count when it is told to", async () => {
    const done = new AbortController();
    const running = load({ requests: [{ url: `${url}/200` }], count: 1e9, clients: 2, pauseMs: 1, until: done.signal });
    done.abort();
    const result = await running;
    expect(result).toMatchObject({ sent: 2, answers: { 200: 2 }, failed: 0 });
  });

  it("connects to the address given, whatever the name is", async () => {
    const elsewhere = url.replace("127.0.0.1", "www.gamelenders.test");
    const result = await load({ requests: [{ url: `${elsewhere}/200` }], count: 2, clients: 1, address: "127.0.0.1" });
    expect(result).toMatchObject({ sent: 2, failed: 0 });
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

  it.each([
    [50, 50],
    [99, 99],
    [100, 100],
  ])("of 1 to 100, %i percent are at most %i", (percent, value) => expect(percentile(hundred, percent)).toBe(value));

  it("is no number without values", () => expect(percentile([], 99)).toBeNaN());
});
