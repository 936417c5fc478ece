import * as fs from "node:fs";
import * as path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { HostsUnavailable } from "../hosts/driver";
import { nspawnDriver, SHARED_IMAGES } from "../hosts/nspawn/driver";
import { ensureImage, IMAGES, SERVICES_IMAGE } from "../hosts/nspawn/image";
import { missingPackages } from "../hosts/nspawn/requirements";
import { startApi, stopApi } from "./api";
import { writeEnvironment } from "./environment";
import { apiUrl, inside, type Instance, Refusal } from "./instance";
import { installMissing } from "./packages";
import { becomeRoot } from "./privileges";
import { showStatus } from "./status";

/** What `reset` deletes; images, downloads and plugins are left for the next time. */
const STATE = [
  "store",
  "token",
  "env",
  "authorities.pem",
  "passphrase",
  "ssh",
  "state",
  "api.log",
  "api.pid",
  "api.process",
];

/** Packages, images, the API and its hosts; everything that is there already is left as it is. */
async function up(instance: Instance): Promise<void> {
  becomeRoot();
  await installMissing();
  fs.mkdirSync(instance.directory, { recursive: true });
  await buildImages(["linode/debian13"]);
  await startApi(instance);
  writeEnvironment(instance);
  console.log(`The local Linode answers at ${apiUrl(instance)}/v4.
  use it       source ${relative(inside(instance, "env"))}
  look at it   npm run local -- status
  stop it      npm run local -- down   (hosts' disks stay; reset deletes them)`);
}

/** Stops API and hosts and gives everything on this machine back; disks stay for the next `up`. */
async function down(instance: Instance): Promise<void> {
  becomeRoot();
  // First the API: that its hosts stop now is not something to remember.
  await stopApi(instance);
  if (neverUp()) return;
  await nspawnDriver({ ...instance, log: console.log }).down();
  console.log("The local Linode is down. Hosts' disks stay: npm run local -- up brings them back.");
}

async function reset(instance: Instance): Promise<void> {
  becomeRoot();
  await stopApi(instance);
  if (!neverUp()) await nspawnDriver({ ...instance, log: console.log }).reset();
  for (const name of STATE) fs.rmSync(inside(instance, name), { recursive: true, force: true });
  console.log("The local Linode and its hosts are gone. Images, downloads and plugins stay.");
}

/** Without the programs that hosts need there never were any. */
function neverUp(): boolean {
  const missing = missingPackages();
  if (missing.length) console.log(`Nothing runs here: this machine lacks ${missing.join(" ")}.`);
  return missing.length > 0;
}

/** Images one after the other: a build takes all of a small machine. */
async function buildImages(names: string[]): Promise<void> {
  for (const name of [SERVICES_IMAGE, ...names]) {
    await ensureImage(name, { images: SHARED_IMAGES, log: console.log });
  }
}

const relative = (file: string) => path.relative(process.cwd(), file) || ".";

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function program(): Command {
  const main = new Command("npm run local --").description(
    "The local Linode: Linode's API on this machine, with real hosts behind it.",
  );
  const verb = (name: string, description: string, action: (instance: Instance) => Promise<void>) =>
    main
      .command(name)
      .description(description)
      .option("--directory <path>", "where its state is kept", ".local")
      .option("--port <number>", "port of the API on 127.0.0.1", integer(1, 65535), 8404)
      .option("--slot <number>", "block of addresses, 0 to 31, one for each local Linode at a time", integer(0, 31), 0)
      .option("--mail", "let hosts send mail (ports 25, 465, 587), which Linode blocks on new accounts", false)
      .action((options: Instance) => action({ ...options, directory: path.resolve(options.directory) }));
  verb("up", "set up what is missing, start the API and the hosts that ran before", up);
  verb("down", "stop API and hosts and leave nothing behind but the disks", down);
  verb("status", "hosts, addresses, firewalls, memory, how to connect", async (instance) => {
    process.exitCode = await showStatus(instance);
  });
  verb("reset", "as down, and delete all hosts and state", reset);
  main
    .command("images")
    .description("build images ahead of time")
    .argument("[ids...]", `of ${IMAGES.join(", ")}`, ["linode/debian13"])
    .action(async (ids: string[]) => {
      becomeRoot();
      await installMissing();
      await buildImages(ids);
    });
  return main;
}

program()
  .parseAsync()
  .catch((error: unknown) => {
    const remedy = error instanceof HostsUnavailable ? ` ${error.remedy}` : "";
    const known = error instanceof Refusal || error instanceof HostsUnavailable;
    console.error(known ? `${error.message}${remedy}` : error);
    process.exitCode = 1;
  });
