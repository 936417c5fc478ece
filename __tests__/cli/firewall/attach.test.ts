import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Linode's API, as far as it is asked: the firewalls that a Linode has, and what is sent to which. */
async function linode(has: object[], sent: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      if (request.method === "POST") sent.push(`${request.url} ${body}`);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: has, pages: 1, page: 1, results: has.length }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

describe("a Linode whose firewall is another one", () => {
  async function attach(has: object[]) {
    const sent: string[] = [];
    const server = await linode(has, sent);
    try {
      const env = {
        ...process.env,
        LINODE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        LINODE_TOKEN: "t",
      };
      const child = spawn(process.execPath, ["--import", "tsx", "cli/firewall/attach.ts"], { env });
      let errors = "";
      child.stderr.on("data", (part) => (errors += String(part)));
      child.stdin.end(JSON.stringify({ linode: 7, firewall: 12 }));
      const [code] = (await once(child, "close")) as [number];
      return { code, errors, sent };
    } finally {
      server.close();
    }
  }

  it("is put behind it", async () => {
    expect(await attach([])).toEqual({
      ...{ code: 0, errors: "" },
      sent: ['/v4/networking/firewalls/12/devices {"id":7,"type":"linode"}'],
    });
  });

  it("is left alone when it is behind it", async () => {
    expect(await attach([{ id: 12, label: "web" }])).toEqual({ code: 0, errors: "", sent: [] });
  });

  it("is not taken out of one of somebody else's, which is said", async () => {
    const { code, errors, sent } = await attach([{ id: 99, label: "theirs" }]);
    expect([code, sent]).toEqual([1, []]);
    expect(errors).toContain("behind another firewall, theirs (99)");
  });
});
