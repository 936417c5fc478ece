import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { asRoot, mustBeAbleToBecomeRoot } from "../local/cli/privileges";
import { ensureVenv, pythonTools } from "./pythonTools";
import { ensureActionlint } from "./actionlint";
import { run } from "./run";

interface Stage {
  name: string;
  what: string;
  /** Needs hosts: root, Linux, minutes. @default false */
  hosts?: boolean;
  check: () => Promise<unknown>;
}

const show = { show: true };

const stages: Stage[] = [
  {
    name: "format",
    what: "Prettier",
    check: () => run("npx", ["prettier", "--check", "--log-level", "warn", "."], show),
  },
  { name: "types", what: "TypeScript", check: () => run("npx", ["tsc", "-p", "."], show) },
  { name: "lint", what: "ESLint", check: () => run("npx", ["eslint", "."], show) },
  { name: "shell", what: "shellcheck, shfmt, and actionlint for workflows", check: checkShell },
  {
    name: "unit",
    what: "unit tests, without a network",
    check: () => run("npx", ["jest", "--selectProjects", "unit"], show),
  },
  { name: "site", what: "the example sites: ruff and their own tests", check: checkSite },
  {
    name: "e2e",
    what: "everything, on real hosts",
    hosts: true,
    check: checkOnHosts,
  },
];

async function checkOnHosts(): Promise<void> {
  mustBeAbleToBecomeRoot();
  // Two suites side by side, each with its own local Linode: they wait for machines more than they work.
  const jest = [process.execPath, "node_modules/jest/bin/jest.js", "--selectProjects", "e2e", "--maxWorkers=2"];
  const [file = "sudo", ...args] = asRoot(jest);
  await run(file, args, show);
}

async function checkShell(): Promise<void> {
  const bin = await pythonTools("tools", "toolchain/python-tools.txt");
  const scripts = [".ci", "cli", "examples", "local", "scripts"].flatMap((directory) =>
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".sh"))
      .map((name) => join(directory, name)),
  );
  scripts.push("site", ".ci/run");
  await run(join(bin, "shellcheck"), scripts, show);
  await run(join(bin, "shfmt"), ["-d", "-i", "2", "-ci", ...scripts], show);
  const actionlint = await ensureActionlint();
  if (actionlint) await run(actionlint, ["-shellcheck", join(bin, "shellcheck"), "-pyflakes", ""], show);
}

async function checkSite(): Promise<void> {
  await ensureVenv();
  for (const site of ["gamelenders", "ocpizza"]) {
    const env = { ...process.env, VENV: resolve(".local/python", site) };
    await run("bash", [`examples/${site}/check.sh`], { show: true, env });
  }
}

/** Runs the stages in order; all of them, so that one run shows everything that is wrong. */
async function main(options: { quick?: boolean; only?: string[] }): Promise<void> {
  const unknown = (options.only ?? []).filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`no stage "${unknown.join('", "')}"; there are: ${stages.map((s) => s.name).join(", ")}`);
  const chosen = stages.filter(({ name, hosts }) =>
    options.only ? options.only.includes(name) : !(options.quick && hosts),
  );
  const failed: string[] = [];
  for (const { name, what, check } of chosen) {
    console.log(`\n=== ${name}: ${what}`);
    const begun = Date.now();
    try {
      await check();
      console.log(`=== ${name}: passed, ${Math.round((Date.now() - begun) / 1000)} s`);
    } catch (error) {
      failed.push(name);
      console.log(`=== ${name}: FAILED\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(", ")}`);
  console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

new Command("npm test --")
  .description("Checks everything. Stages, in order: " + stages.map((stage) => stage.name).join(", "))
  .option("--quick", "without the stages that need hosts")
  .option("--only <stages>", "these stages, comma-separated", (list) => list.split(","))
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
