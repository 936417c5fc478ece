import * as fc from "fast-check";
import { label } from "../../render/labels";

describe("label", () => {
  it("is site, stack and role", () => {
    expect(label("gamelenders", "prod", "web")).toBe("gamelenders-prod-web");
  });

  it("shortens a long stack and keeps two of them apart", () => {
    const one = label("gamelenders", "a-very-long-stack-name-1", "database");
    const two = label("gamelenders", "a-very-long-stack-name-2", "database");
    expect(one).toHaveLength(32);
    expect(one).not.toBe(two);
  });

  it("is always one that Linode takes", () => {
    const site = fc.stringMatching(/^[a-z][a-z0-9]{1,15}$/);
    const stack = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
    fc.assert(
      fc.property(site, stack, fc.constantFrom("database", "server", "app", "web", "vpc"), (s, k, role) => {
        const made = label(s, k, role);
        expect(made.length).toBeLessThanOrEqual(32);
        expect(made).toMatch(/^[a-z]((?!--)[a-z0-9-])+[a-z0-9]$/);
      }),
    );
  });
});
