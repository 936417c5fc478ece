/**
 * What `./site` and `npm start`, `stop`, `test`, `soak`, `bench` and `local` run first, in plain JavaScript, because nothing is installed yet:
 * checks Node.js, installs the packages of package-lock.json if they are missing or old, then runs the verb's program.
 * Exit code: the program's; 1 if it could not be started.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAMS = {
  start: "cli/start.ts",
  stop: "cli/stop.ts",
  test: "cli/test.ts",
  soak: "cli/soak.ts",
  bench: "cli/bench.ts",
  site: "cli/site/main.ts",
  local: "local/cli/main.ts",
};
/** Major and minor. Debian 13 has it. */
const OLDEST_NODE = [20, 19];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

async function main([verb, ...args]) {
  const program = PROGRAMS[verb];
  if (program === undefined)
    return fail(`Unknown verb "${verb ?? ""}". Use one of: ${Object.keys(PROGRAMS).join(", ")}.`);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    const oldest = OLDEST_NODE.join(".");
    return fail(
      `Node.js ${process.versions.node} is too old: ${oldest} or newer is needed. See https://nodejs.org/en/download`,
    );
  }
  if (packagesAreOld()) {
    console.error("Installing the npm packages of package-lock.json into node_modules …");
    const code = await run("npm", ["ci", "--no-audit", "--no-fund"], ROOT, ["inherit", 2, 2]);
    if (code !== 0) return fail(`npm ci ended with code ${code}. Mend what it says above and run again.`);
  }
  return run(process.execPath, ["--import", import.meta.resolve("tsx"), join(ROOT, program), ...args], process.cwd());
}

/** npm writes `.package-lock.json` when it has finished. */
function packagesAreOld() {
  const installed = join(ROOT, "node_modules", ".package-lock.json");
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

/** Runs a program in our terminal and passes signals on; gives its exit code. What is installed is not what was asked for: it shows on standard error. */
function run(file, args, cwd, stdio = "inherit") {
  const child = spawn(file, args, { cwd, stdio });
  // Ctrl-C reaches the child by itself, as part of the terminal's group; we only must not leave before it.
  const pass = { SIGINT: () => {}, SIGTERM: () => child.kill("SIGTERM"), SIGHUP: () => child.kill("SIGHUP") };
  for (const [signal, handler] of Object.entries(pass)) process.on(signal, handler);
  return new Promise((resolve) => {
    const finish = (code) => {
      for (const [signal, handler] of Object.entries(pass)) process.off(signal, handler);
      resolve(code);
    };
    child.on("error", (error) => finish(fail(`${file}: ${error.message}`)));
    child.on("close", (code, signal) => finish(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

function fail(message) {
  console.error(message);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
