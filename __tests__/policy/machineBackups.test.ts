import type { Plan } from "../../policy/plan";
import { programPlan } from "./program";

const key = "0123456789abcdef0123456789abcdef";
const withMachines = (machines: unknown) => programPlan({ "trinode:backups": { key, machines } });
const enabled = ({ resources }: Plan) =>
  resources.filter(({ type }) => type === "linode:index/instance:Instance").map(({ inputs }) => inputs.backupsEnabled);
const schedules = ({ resources }: Plan) => resources.filter(({ name }) => name.endsWith("-backup-schedule"));

describe("Linode's own backups of machines, in the program", () => {
  it("are left as they are at Linode unless the configuration says something", async () => {
    const plan = await programPlan();
    expect([enabled(plan), schedules(plan), plan.outputs?.monthlyCost]).toEqual([Array(3).fill(undefined), [], 15]);
  }, 30_000);

  it("are had, paid and counted, at a time of choice", async () => {
    const plan = await withMachines({ day: "Sunday", window: "W2" });
    expect(enabled(plan)).toEqual([true, true, true]);
    expect([plan.outputs?.monthlyCost, plan.monthlyCost]).toEqual([21, 21]);
    expect(
      schedules(plan)
        .map(({ name }) => name.split("-")[0])
        .sort(),
    ).toEqual(["app", "database", "web"]);
  }, 30_000);

  it("are had at Linode's time, or ended", async () => {
    const had = await withMachines(true);
    expect([enabled(had), schedules(had)]).toEqual([[true, true, true], []]);
    expect(enabled(await withMachines(false))).toEqual([false, false, false]);
  }, 60_000);
});
