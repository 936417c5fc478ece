import { reap } from "../../../../cli/site/staging/reap";
import { TestCloud } from "../../../local/api/client";

describe("staging stacks that nobody took down", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await TestCloud.start();
    for (const stack of ["pr-1", "pr-2", "prod"])
      await cloud.call("POST", "/networking/firewalls", {
        label: `shop-${stack}-web`,
        tags: ["trinode", "site:shop", `stack:${stack}`],
        rules: { inbound_policy: "DROP", outbound_policy: "ACCEPT" },
      });
  });
  afterEach(() => cloud.stop());

  it("all go, also those behind one that can't be taken down; production never", async () => {
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const env = { LINODE_URL: cloud.url, LINODE_TOKEN: "test" };
    const reaped = await reap(env, 0, false, {
      states: () => Promise.resolve([]),
      takeDown: (_, { stack }) =>
        stack === "pr-1" ? Promise.reject(new Error("locked")) : Promise.resolve("destroyed"),
    });
    expect(reaped.map(({ stack, became }) => `${stack} ${became}`).sort()).toEqual(["pr-1 failed", "pr-2 destroyed"]);
  });

  it("are also those that only the state knows, when they are old", async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const states = [
      { stack: "pr-1", since: hoursAgo(99) },
      { stack: "pr-3", since: hoursAgo(73) },
      { stack: "pr-4", since: hoursAgo(71) },
    ];
    const taken: string[] = [];
    const reaped = await reap({ LINODE_URL: cloud.url, LINODE_TOKEN: "test" }, 72, false, {
      states: () => Promise.resolve(states),
      takeDown: (_, { stack }) => Promise.resolve((taken.push(stack), "destroyed")),
    });
    // What stands at Linode says itself how old it is.
    expect(reaped.map(({ stack, became }) => `${stack} ${became}`).sort()).toEqual([
      "pr-1 kept",
      "pr-2 kept",
      "pr-3 destroyed",
      "pr-4 kept",
    ]);
    expect(taken).toEqual(["pr-3"]);
  });
});
