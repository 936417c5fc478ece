/** A Go that is new enough to build Pulumi, from what this machine has. */
import { chmod, readdir } from "node:fs/promises";
import path from "node:path";
import { installPackages, NotInstalled } from "./apt";
import { tryCommand } from "./command";

/** From this version on, Go gets the version that a module wants by itself. */
const FIRST_SELF_UPDATING = [1, 21] as const;
/** What older ones are helped to: what `go` lines of Pulumi's modules ask for. */
const TOOLCHAIN = "1.25.8";

/** How to call Go. */
export interface Go {
  file: string;
  env: NodeJS.ProcessEnv;
}

/**
 * The machine's Go; one that is too old gets a newer one from its module proxy, checked by its checksum database. A Debian or
 * Ubuntu without Go gets the package `golang-go`, after it was said. @throws Error that says what to install.
 */
export async function findGo(say: (line: string) => void): Promise<Go> {
  const version = (await versionOf("go")) ?? (await installGo(say));
  const env = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
  if (isSelfUpdating(version)) return { file: "go", env };
  say(`Go ${version.join(".")} is too old for Pulumi: getting Go ${TOOLCHAIN} from Go's module proxy`);
  const root = await downloadToolchain(env);
  return { file: path.join(root, "bin", "go"), env: { ...env, GOROOT: root } };
}

export function isSelfUpdating([major, minor]: readonly number[]): boolean {
  const [wantedMajor, wantedMinor] = FIRST_SELF_UPDATING;
  return major === wantedMajor ? (minor ?? 0) >= wantedMinor : (major ?? 0) > wantedMajor;
}

async function versionOf(file: string): Promise<number[] | undefined> {
  const result = await tryCommand(file, ["env", "GOVERSION"]);
  const match = /^go(\d+)\.(\d+)/.exec(result?.stdout.trim() ?? "");
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

async function installGo(say: (line: string) => void): Promise<number[]> {
  const missing = "Pulumi has to be built here, and Go is missing.";
  const remedy = "Install it (Debian, Ubuntu: apt install golang-go) and run again.";
  say(`${missing} Installing the Debian package golang-go …`);
  await installPackages(["golang-go"]).catch((error: unknown) => {
    if (!(error instanceof NotInstalled)) throw error;
    throw new Error(`${missing} It can't be installed: ${error.message}\n${remedy}`);
  });
  const version = await versionOf("go");
  if (version === undefined) throw new Error(`${missing} ${remedy}`);
  return version;
}

/** Newer Go releases are modules, too. Module files are not executable: the programs among them are made so. */
async function downloadToolchain(env: NodeJS.ProcessEnv): Promise<string> {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const module = `golang.org/toolchain@v0.0.1-go${TOOLCHAIN}.${process.platform}-${architecture}`;
  const result = await tryCommand("go", ["mod", "download", "-json", module], { env });
  if (result?.code !== 0) throw new Error(`go mod download ${module} failed:\n${result?.stdout}${result?.stderr}`);
  const { Dir: root } = JSON.parse(result.stdout) as { Dir: string };
  const tools = path.join(root, "pkg", "tool");
  const folders = [path.join(root, "bin"), ...(await readdir(tools)).map((name) => path.join(tools, name))];
  for (const folder of folders) {
    for (const name of await readdir(folder)) await chmod(path.join(folder, name), 0o755);
  }
  return root;
}
