import * as path from "node:path";
import { installToolchain } from "../../toolchain/install";
import { Fleet } from "./support/fleet";
import { mustBeGone, mustBeRight } from "./support/fleetChecks";
import { killedDuring, someTime, type Victim } from "./support/kills";

const local = { directory: path.resolve(__dirname, "../../.test/fleet-soak"), port: 8421, slot: 21 };
const VICTIMS: Victim[] = ["api", "pulumi", "nspawn"];
/** About as long as Pulumi takes for either. */
const LONGEST_MS = { up: 14_000, destroy: 4_000 };

/** One round: up and destroy, with a kill at some moment of each, and everything right after each. */
async function round(fleet: Fleet): Promise<string> {
  const told: string[] = [];
  for (const verb of ["up", "destroy"] as const) {
    const victim = VICTIMS[Math.floor(Math.random() * VICTIMS.length)] ?? "api";
    const afterMs = someTime(200, LONGEST_MS[verb]);
    told.push(`${victim} ${afterMs} ms into ${verb}`);
    await killedDuring(fleet, victim, verb, afterMs).catch((error: unknown) => {
      throw new Error(told.join(", "), { cause: error });
    });
    await (verb === "up" ? mustBeRight(fleet) : mustBeGone(fleet));
    if (verb === "up") await fleet.up("--expect-no-changes");
  }
  return told.join(", ");
}

/**
 * `npx tsx __tests__/e2e/fleetSoak.ts [rounds]`: kill -9 of the API, of Pulumi, of machines, at random moments, until something is not
 * right. Needs root. Exit: 0 all was right.
 */
async function main(rounds: number): Promise<void> {
  await Fleet.remove(local);
  const { path: home } = await installToolchain();
  const fleet = await Fleet.start(local, home);
  for (let number = 1; number <= rounds; number += 1) {
    const began = Date.now();
    console.log(`round ${number} of ${rounds}: ${await round(fleet)}; ${Math.round((Date.now() - began) / 1000)} s`);
  }
  await Fleet.remove(local);
}

main(Number(process.argv[2] ?? 20)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
