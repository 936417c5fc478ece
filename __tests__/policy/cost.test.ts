import { monthlyCost } from "../../policy/cost";
import type { Plan } from "../../policy/plan";
import { linodeTypes } from "./types";

const plan = (...instances: Record<string, unknown>[]): Plan => ({
  site: "shop",
  stack: "prod",
  resources: instances.map((inputs, i) => ({
    type: "linode:index/instance:Instance",
    name: `web-${i}-instance`,
    inputs: { region: "fr-par", type: "g6-nanode-1", ...inputs },
    protect: false,
  })),
});

describe("the cost of a stack", () => {
  it.each([
    ["nothing", plan(), 0],
    ["three Nanodes", plan({}, {}, {}), 15],
    ["a larger one", plan({ type: "g6-standard-1" }), 12],
    ["a region with its own price", plan({ region: "br-gru" }), 7],
    ["Linode's backups", plan({ backupsEnabled: true }, { region: "br-gru", backupsEnabled: true }), 16.8],
  ])("of %s", (_, one, dollars) => {
    expect(monthlyCost(one, linodeTypes)).toBe(dollars);
  });

  it("is not guessed for a type that Linode does not have", () => {
    expect(() => monthlyCost(plan({ type: "g9-dream" }), linodeTypes)).toThrow(/no type "g9-dream".*trinode:plans/);
  });
});
