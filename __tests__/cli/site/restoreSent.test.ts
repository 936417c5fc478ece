import { refuseProtected } from "../../../cli/site/restoreSent";

describe("a backup of another stack", () => {
  const target = (protect?: unknown) => ({ stack: { name: "prod" }, config: { protect } });

  it.each([undefined, true, "true"])(
    "is refused by a stack whose protect is %s, until its name is said once more",
    (protect) => {
      expect(() => refuseProtected(target(protect))).toThrow("If it is meant: --yes prod. Nothing was changed.");
      expect(() => refuseProtected(target(protect), "staging-a")).toThrow("prod is protected");
      expect(() => refuseProtected(target(protect), "prod")).not.toThrow();
    },
  );

  it.each([false, "false"])("is taken by one whose protect is %s", (protect) => {
    expect(() => refuseProtected(target(protect))).not.toThrow();
  });
});
