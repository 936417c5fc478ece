import { plannedBy, type Preview } from "../../policy/previewed";

const urn = (type: string, name: string) => `urn:pulumi:prod::trinode::${type}::${name}`;
const instance = "linode:index/instance:Instance";

const state = (name: string, type: string, more: object = {}) => ({
  urn: urn(instance, name),
  type: instance,
  inputs: { type },
  ...more,
});

const preview: Preview = {
  config: { "trinode:site": "shop", "trinode:operators": '{"cidrs":["203.0.113.7/32"]}', "trinode:costCeiling": "20" },
  steps: [
    {
      op: "same",
      urn: urn("pulumi:pulumi:Stack", "trinode-prod"),
      oldState: {
        urn: urn("pulumi:pulumi:Stack", "trinode-prod"),
        type: "pulumi:pulumi:Stack",
        outputs: { databaseUrl: "[secret]" },
      },
      newState: { urn: urn("pulumi:pulumi:Stack", "trinode-prod"), type: "pulumi:pulumi:Stack" },
    },
    {
      op: "update",
      urn: urn(instance, "a"),
      oldState: state("a", "small"),
      newState: state("a", "large", { protect: true }),
    },
    { op: "create", urn: urn(instance, "b"), newState: state("b", "small") },
    { op: "delete", urn: urn(instance, "c"), oldState: state("c", "small") },
    { op: "create-replacement", urn: urn(instance, "d"), oldState: state("d", "small"), newState: state("d", "large") },
    { op: "delete-replaced", urn: urn(instance, "d"), oldState: state("d", "small") },
  ],
};

describe("a preview", () => {
  const sizes = (when: "before" | "after") =>
    plannedBy(preview, when)
      .resources.filter(({ type }) => type === instance)
      .map(({ name, inputs, protect }) => [name, inputs.type, protect]);

  it("tells the stack as it will be", () => {
    expect(sizes("after")).toEqual([
      ["a", "large", true],
      ["b", "small", false],
      ["d", "large", false],
    ]);
  });

  it("tells the stack as it is", () => {
    expect(sizes("before")).toEqual([
      ["a", "small", false],
      ["c", "small", false],
      ["d", "small", false],
    ]);
  });

  it("tells site, stack, configuration, and the outputs that there are", () => {
    expect(plannedBy(preview, "after")).toMatchObject({
      site: "shop",
      stack: "prod",
      config: { operators: { cidrs: ["203.0.113.7/32"] }, costCeiling: 20 },
      outputs: { databaseUrl: "[secret]" },
    });
  });
});
