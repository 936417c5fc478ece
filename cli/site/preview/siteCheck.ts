import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { spawn } from "node:child_process";
import { buildEnvironment } from "../../../components/releaseBuild";
import { prepareRelease } from "../../../components/release";
import { checkConfig, parseValue, type SiteConfig } from "../../../config";
import { appVariables, encodeVariables } from "../../../render/appFiles";
import { buildVariables } from "../../../render/variables";
import { pythonTools } from "../../pythonTools";
import { sentence } from "../failure";
import type { SiteChecks } from "./comment";
import { forInstalling } from "./installing";

/** What is asked of the site, as `manage.py` would be. */
const checks = [
  ["check", "--deploy", "--fail-level", "WARNING"],
  ["makemigrations", "--check", "--dry-run"],
];

const script = "cli/site/preview/check-site.sh";

/**
 * The site's own checks on this machine, with its source and packages as a release has them. It knows none of the site's secrets, and
 * reaches no database.
 * @param raw namespace `trinode` of the configuration
 * @param directory the stack's own, `.trinode/<stack>`
 */
export async function checkSite(raw: Record<string, unknown>, directory: string): Promise<SiteChecks> {
  const values = Object.entries(raw).map(([key, value]) => [
    key,
    typeof value === "string" ? parseValue(value) : value,
  ]);
  const config = checkConfig(Object.fromEntries(values) as Record<string, unknown>);
  const build = resolve(directory, "site-check");
  let environment: NodeJS.ProcessEnv;
  try {
    environment = await install(config, build, directory);
  } catch (error) {
    return { failed: [{ what: "installing the site", printed: sentence(error) }], passed: [] };
  }
  const results = [];
  for (const words of checks)
    results.push({ what: `manage.py ${words.join(" ")}`, ...(await runScript(["run", ...words], environment)) });
  return {
    failed: results.filter(({ code }) => code !== 0).map(({ what, printed }) => ({ what, printed })),
    passed: results.filter(({ code }) => code === 0).map(({ what }) => what),
  };
}

/** @throws Error with what was printed */
async function install(config: SiteConfig, build: string, directory: string): Promise<NodeJS.ProcessEnv> {
  mkdirSync(build, { recursive: true });
  const release = await prepareRelease({ ...config.app, sentry: false }, directory);
  const uv = resolve(await pythonTools("uv", "templates/app/uv.txt"), "uv");
  const variables = join(build, "variables");
  writeFileSync(variables, encodeVariables(variablesOf(config)));
  // As the step that builds it on a server gets it; nothing limits its memory here.
  const { BUILD_MEMORY_MB: _, ...settings } = buildEnvironment(config.site, 0, release);
  const environment = {
    ...forInstalling(process.env),
    ...settings,
    BUILD: build,
    VARIABLES: resolve(variables),
    UV: uv,
  };
  const { code, printed } = await runScript(["prepare"], environment, release.archive.path);
  if (code !== 0) throw new Error(printed);
  return environment;
}

/** With stand-ins for what is secret, and a database that nobody reaches. */
function variablesOf({ app, domains, redirects, database }: SiteConfig): Record<string, string> {
  const nowhere = { host: "127.0.0.1", port: 1, name: database.name, user: database.user };
  const own = buildVariables(app.env, app.secrets, { database: nowhere, domains: [...domains, ...redirects] });
  return appVariables(app.settings, own);
}

/** @param input file for standard input @default none */
async function runScript(
  words: string[],
  env: NodeJS.ProcessEnv,
  input = "/dev/null",
): Promise<{ code: number; printed: string }> {
  // What is read from it goes back to its beginning: no pipe.
  const file = openSync(input, "r");
  try {
    const child = spawn("bash", [script, ...words], { env, stdio: [file, "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (part: Buffer) => (printed += part.toString()));
    const code = await new Promise<number>((done, fail) => {
      child.on("error", fail);
      child.on("close", (exit) => done(exit ?? 143));
    });
    return { code, printed };
  } finally {
    closeSync(file);
  }
}
