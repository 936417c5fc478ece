import * as path from "node:path";
import { installToolchain } from "../../toolchain/install";
import { Fleet } from "./support/fleet";
import { fleetCases } from "./support/fleetCases";
import { mustBeGone, mustBeRight } from "./support/fleetChecks";
import { kill, killedDuring, someTime } from "./support/kills";

const local = { directory: path.resolve(__dirname, "../../.test/fleet"), port: 8420, slot: 20 };
let fleet: Fleet;

beforeAll(async () => {
  await Fleet.remove(local); // what an interrupted run left
  const { path: home } = await installToolchain();
  fleet = await Fleet.start(local, home);
}, 900_000);

afterAll(() => Fleet.remove(local), 120_000);

describe("three Linodes in a VPC, with the plugins that are installed", () => {
  fleetCases(() => fleet);
});

describe("the same, with a kill -9 at some moment", () => {
  it("of Pulumi while it makes them: the next pulumi up makes the rest", async () => {
    await killedDuring(fleet, "pulumi", "up", someTime(1_000, 12_000));
    await mustBeRight(fleet);
  }, 300_000);

  it("of a machine's nspawn: it is up again by itself, with everything on it", async () => {
    await kill(fleet, "nspawn");
    await mustBeRight(fleet);
    await fleet.up("--expect-no-changes");
  }, 180_000);

  it("of the API while Pulumi destroys them: the next pulumi destroy destroys the rest", async () => {
    await killedDuring(fleet, "api", "destroy", someTime(1_000, 5_000));
    await mustBeGone(fleet);
  }, 300_000);
});
