import { Command, InvalidArgumentError } from "commander";
import { appendSoak } from "../bench/measured";
import { becomeRoot } from "../local/cli/privileges";
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

/**
 * What is done again and again. Each is a test of `npm test` with more of the same; it throws when something is not right, and gives what
 * there is to say beyond that all passed.
 */
const SOAKS = {
  production: soakProduction,
  fleet: (rounds: number) => program("fleetSoak", rounds).then(() => ""),
  // Three at a time; a line says how long they took.
  staging: (rounds: number) => program("stagingSoak", rounds).then((said) => `, ${said.trim().split("\n").at(-1)}`),
  releases: (rounds: number) => jest("releases", { TRINODE_RELEASES: String(rounds) }),
  // A year and a half of copies, pruned every week; whoever prunes is killed that often.
  pruning: (rounds: number) => jest("offsite", { TRINODE_YEAR: "1", TRINODE_KILLS: String(rounds) }),
};
type Soak = keyof typeof SOAKS;
const names = Object.keys(SOAKS) as Soak[];

/** `pulumi up` is killed somewhere else each time. */
async function soakProduction(rounds: number): Promise<string> {
  for (let round = 1; round <= rounds; round += 1) {
    const moment = MOMENTS[Math.floor(Math.random() * MOMENTS.length)]!;
    console.log(`\n=== round ${round} of ${rounds}: killed at ${moment}`);
    await jest("production", { TRINODE_KILL_AT: moment }).catch((error: unknown) => {
      throw new Error(`in round ${round}, killed at \`${moment}\``, { cause: error });
    });
  }
  return "";
}

const program = (name: string, rounds: number) =>
  run("npx", ["tsx", `__tests__/e2e/${name}.ts`, String(rounds)], { each: (line) => console.log(line) });

async function jest(test: string, environment: Record<string, string>): Promise<string> {
  const env = { ...process.env, ...environment };
  await run("npx", ["jest", "--selectProjects", "e2e", "--runInBand", `__tests__/e2e/${test}.test.ts`], {
    show: true,
    env,
  });
  return "";
}

/** All are done, so that one run shows everything; each leaves a line in `docs/measured.md`. */
async function main(rounds: number, { only }: { only: Soak[] }): Promise<void> {
  becomeRoot();
  const failed: Soak[] = [];
  for (const name of only) {
    console.log(`\n=== soak ${name}: ${rounds} rounds`);
    try {
      await appendSoak(String(rounds), `${name}: all passed${await SOAKS[name](rounds)}`);
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      console.error(error);
      await appendSoak(String(rounds), `${name}: failed, ${reason}`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
  console.log(`\nall of ${only.join(", ")} passed, ${rounds} rounds each`);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number from 1 on.");
}

function known(text: string): Soak[] {
  const chosen = text.split(",");
  const unknown = chosen.filter((name) => !names.includes(name as Soak));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no ${unknown.join(", ")}; there are ${names.join(", ")}.`);
  return chosen as Soak[];
}

new Command("npm run soak --")
  .description(
    "The tests on hosts again and again: pulumi up, machines and the API killed at random moments, many releases under load",
  )
  .argument(
    "[rounds]",
    "how often; a round of production takes two to four minutes, of the others one; pruning goes through a year and a half of copies each time, for half an hour or more",
    positive,
    10,
  )
  .option("--only <soaks>", `some of ${names.join(", ")}, comma-separated`, known, names)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`npm run soak: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
