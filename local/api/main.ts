import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type HostDriver, HostsUnavailable } from "../hosts/driver";
import { MemoryDriver } from "../hosts/memory";
import { isAlive, processStat } from "../hosts/nspawn/process";
import { createServer } from "./server";

interface Options {
  directory: string;
  port: number;
  slot: number;
  driver: "nspawn" | "memory";
  mail: boolean;
  pace: number;
}

/** The API of one local Linode as a daemon. Ends with 0 on SIGTERM and SIGINT (hosts keep running), with 1 when it can't start. */
async function main(): Promise<void> {
  const options = new Command("local-linode-api")
    .description("The API of the local Linode, on 127.0.0.1. Normally started by `npm run local -- up`.")
    .addOption(new Option("--directory <path>", "where state is kept").env("LOCAL_LINODE_DIRECTORY").default(".local"))
    .addOption(
      new Option("--port <number>", "port on 127.0.0.1")
        .env("LOCAL_LINODE_PORT")
        .default(8404)
        .argParser(integer(0, 65535)),
    )
    .addOption(
      new Option("--slot <number>", "which address block and namespace")
        .env("LOCAL_LINODE_SLOT")
        .default(0)
        .argParser(integer(0, 31)),
    )
    .addOption(
      new Option("--driver <name>", "what runs the machines")
        .env("LOCAL_LINODE_DRIVER")
        .choices(["nspawn", "memory"])
        .default("nspawn"),
    )
    .addOption(
      new Option("--pace <ms>", "least time that work on a Linode takes, for clients that poll slowly")
        .env("LOCAL_LINODE_PACE")
        .default(0)
        .argParser(integer(0, 600_000)),
    )
    .addOption(
      new Option("--mail", "let hosts send mail; ports 25, 465 and 587 are blocked as on new Linode accounts")
        .env("LOCAL_LINODE_MAIL")
        .default(false),
    )
    .parse()
    .opts<Options>();
  const directory = resolve(options.directory);
  const pidFile = join(directory, "api.pid");
  mustBeAlone(pidFile);
  // Written beside the event loop: a slow disk holds up no answer.
  const requestLog = createWriteStream("", { fd: process.stdout.fd, autoClose: false });
  requestLog.on("error", () => undefined); // a log that can't be written stops nothing
  const server = await createServer({
    driver: await driverOf(options, directory),
    directory,
    paceMs: options.pace,
    log: (line) => requestLog.write(`${line}\n`),
  });
  const end = async () => {
    await server.close();
    rmSync(pidFile, { force: true });
    requestLog.end(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void end());
  const address = await server.fastify.listen({ host: "127.0.0.1", port: options.port });
  writeFileSync(pidFile, `${process.pid} ${processStat(process.pid)?.startTime}\n`);
  console.log(`local Linode: ${address}/v4 (${options.driver}, slot ${options.slot}, state in ${directory})`);
}

/** Two servers on one directory would not know of each other's changes. @throws when another one is at work there */
function mustBeAlone(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  // Numbers of processes are used again, after a reboot above all: the time says which one it was.
  const [pid = 0, startTime] = readFileSync(pidFile, "utf8").trim().split(" ").map(Number);
  if (startTime === undefined || !isAlive(pid, startTime)) return;
  throw new Error(`process ${pid} serves ${dirname(pidFile)} already. End it first: kill ${pid}`);
}

/** The nspawn driver is loaded only where it is used: it needs Linux and root. */
async function driverOf({ driver, slot, mail }: Options, directory: string): Promise<HostDriver> {
  if (driver === "memory") return new MemoryDriver({ slot });
  const { nspawnDriver } = await import("../hosts/nspawn/driver");
  return nspawnDriver({ directory, slot, mail, log: (line) => console.log(line) });
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

main().catch((error: unknown) => {
  const remedy = error instanceof HostsUnavailable ? ` ${error.remedy}` : "";
  console.error(`local Linode: ${error instanceof Error ? error.message : String(error)}${remedy}`);
  process.exit(1);
});
