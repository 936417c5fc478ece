import { type Fleet, initialSettings } from "./fleet";
import { memoryMb, mustBeGone, mustBeRight, open } from "./fleetChecks";

const STEP_MS = 180_000;

/**
 * What Pulumi does to the fleet in its life. Holds for any plugins: the stand-ins and the official ones.
 * @param fleet empty, with a stack
 */
export function fleetCases(fleet: () => Fleet): void {
  const change = async (settings: Partial<typeof initialSettings>, steps: string[]) => {
    fleet().configure({ ...initialSettings, ...settings });
    expect(await fleet().steps()).toEqual(steps.sort());
    await fleet().up();
  };

  it(
    "stands after one pulumi up",
    () =>
      fleet()
        .up()
        .then(() => mustBeRight(fleet())),
    STEP_MS,
  );

  it(
    "changes nothing when nothing has changed",
    async () => {
      await fleet().up("--expect-no-changes");
      await fleet().pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    },
    STEP_MS,
  );

  it(
    "takes in by import what was made by hand",
    async () => {
      const { id } = await fleet().api.call<{ id: number }>("POST", "/vpcs", {
        ...{ label: "by-hand", region: "fr-par", description: "made by hand" },
      });
      const what = ["linode:index/vpc:Vpc", "by-hand", String(id)];
      await fleet().pulumi(["import", ...what, "--yes", "--protect=false", "--generate-code=false", "--skip-preview"]);
      fleet().configure({ ...initialSettings, adopted: true });
      expect(await fleet().steps()).toEqual([]);
      await change({}, ["delete by-hand"]);
      expect(await fleet().api.find("/vpcs", { id })).toEqual([]);
    },
    STEP_MS,
  );

  it(
    "closes a port at once when the firewall changes",
    async () => {
      const { front } = (await fleet().outputs()).servers;
      await change({ ports: "443" }, ["update front-firewall"]);
      expect(await open(front.address, 80)).toBe(false);
      await change({}, ["update front-firewall"]);
      expect(await open(front.address, 80)).toBe(true);
    },
    STEP_MS,
  );

  it(
    "resizes a machine, which keeps its id and its disk",
    async () => {
      const { back } = (await fleet().outputs()).servers;
      await change({ plan: "g6-standard-1" }, ["update back-instance"]);
      expect((await fleet().outputs()).servers.back).toEqual({ ...back, type: "g6-standard-1" });
      expect(await memoryMb(fleet(), back.id)).toBe(2048);
      await mustBeRight(fleet());
    },
    STEP_MS,
  );

  it(
    "replaces a machine, and what is on it, when its keys change",
    async () => {
      const { spare, back } = (await fleet().outputs()).servers;
      fleet().configure({ ...initialSettings, plan: "g6-standard-1", keyComment: "second" });
      const steps = await fleet().steps();
      expect(steps).toContain("replace spare-instance");
      expect(steps.filter((step) => /front-instance|back-instance|front-page|back-page/.test(step))).toEqual([]);
      await fleet().up();
      const after = (await fleet().outputs()).servers;
      expect(after.spare.id).not.toBe(spare.id);
      expect(after.back).toEqual(back);
      await mustBeRight(fleet());
    },
    STEP_MS,
  );

  it(
    "is destroyed in one go, and nothing is left",
    async () => {
      await fleet().pulumi(["destroy", "--yes", "--skip-preview"]);
      await mustBeGone(fleet());
    },
    STEP_MS,
  );
}
