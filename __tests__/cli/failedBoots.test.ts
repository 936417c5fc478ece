import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tellingFailedBoots } from "../../cli/failedBoots";

const event = (id: number, status: string, action = "linode_boot") => ({
  ...{ id, action, status, message: `Its console says: ${id}.` },
  entity: { label: `machine-${id}` },
});

describe("tellingFailedBoots", () => {
  let server: Server;
  let events = [event(1, "failed")];
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: events, page: 1, pages: 1, results: events.length }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    env = { LINODE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, LINODE_TOKEN: "token" };
  });
  afterAll(() => server.close());

  it("tells once of each that fails meanwhile, and of nothing else", async () => {
    const said: string[] = [];
    let heard = () => {};
    const told = new Promise<void>((resolve) => (heard = resolve));
    const say = (line: string) => {
      said.push(line);
      heard();
    };
    const value = await tellingFailedBoots(env, say, async () => {
      events = [event(4, "failed", "linode_create"), event(3, "failed"), event(2, "finished"), ...events];
      await told;
      return "done";
    });
    expect(value).toBe("done");
    expect(said).toEqual(["machine-3: it did not boot. Its console says: 3."]);
  });
});
