import { withAdopted } from "../../cli/recover";

const resource = (urn: string, more: object = {}) => ({ urn, type: "linode:index/instance:Instance", ...more });

describe("what was made without its id reaching the state", () => {
  it("is added to it", () => {
    const [known, made] = [resource("a", { id: "1" }), resource("b", { id: "2" })];
    expect(withAdopted([known], [made])).toEqual([known, made]);
  });

  it("stands where what it replaces has stood, before what depends on it", () => {
    const gone = resource("a", { id: "1", pendingReplacement: true });
    const [depends, made] = [resource("c"), resource("a", { id: "2" })];
    expect(withAdopted([gone, depends], [made])).toEqual([made, depends]);
  });
});
