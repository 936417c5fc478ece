import { Command, InvalidArgumentError } from "commander";
import { appendSoak } from "../bench/measured";
import { run } from "./run";

/** Resources at whose beginning Pulumi is killed; the production test wants to see one of these lines begin. */
const MOMENTS = [
  "linode:index:Vpc network-vpc",
  "linode:index:VpcSubnet network-subnet",
  "linode:index:Firewall app-firewall",
  "linode:index:Instance app-instance",
  "linode:index:Instance database-instance",
  "linode:index:Instance web-instance",
  "linode:index:DomainRecord web-dns-www.gamelenders.test-a",
  "command:remote:Command app-contact",
  "command:remote:Command database-setup",
  "command:remote:Command app-setup",
  "command:remote:Command web-setup",
  "command:remote:Command web-certificate",
  "command:remote:Command app-build",
  "postgresql:index:Role database-database-login",
  "postgresql:index:Database database-database-database",
  "command:remote:CopyToRemote database-dump-file",
  "command:remote:Command database-dump",
  "command:remote:Command app-release",
  "command:remote:Command web-upkeep",
];

/** `npm run soak -- N`: the production's end-to-end test N times, `pulumi up` killed somewhere else each time, until one fails. */
async function main(rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const moment = MOMENTS[Math.floor(Math.random() * MOMENTS.length)]!;
    console.log(`\n=== round ${round} of ${rounds}: killed at ${moment}`);
    try {
      await test(moment);
    } catch (error) {
      await appendSoak(`${round} of ${rounds}`, `round ${round} failed, killed at \`${moment}\``);
      throw new Error(
        `round ${round} of ${rounds} failed. Repeat it:\n  TRINODE_KILL_AT="${moment}" npm test -- --only e2e`,
        { cause: error },
      );
    }
  }
  await appendSoak(String(rounds), "all passed");
  console.log(`\n${rounds} of ${rounds} rounds passed`);
}

async function test(moment: string): Promise<void> {
  const env = { ...process.env, TRINODE_KILL_AT: moment };
  const args = ["jest", "--selectProjects", "e2e", "--runInBand", "__tests__/e2e/production.test.ts"];
  await run("npx", args, { show: true, env });
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number from 1 on.");
}

new Command("npm run soak --")
  .description("The production's end-to-end test again and again, with pulumi up killed at random moments")
  .argument("[rounds]", "how often, two to four minutes each", positive, 10)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`npm run soak: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
