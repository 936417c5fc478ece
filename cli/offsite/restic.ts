import { existsSync } from "node:fs";
import { installPackages, NotInstalled } from "../../toolchain/apt";
import { tryCommand } from "../../toolchain/command";
import type { GoProgram } from "../../toolchain/goBuild";
import { ensureGoTool, goToolFile } from "../goTool";
import { run } from "../run";
import type { Offsite } from "../../render/backupFiles";

const built: GoProgram = {
  name: "restic",
  module: "github.com/restic/restic",
  version: "v0.18.1",
  package: "github.com/restic/restic/cmd/restic",
  minutes: 2,
};

/** From this one on, it waits for a lock. */
const OLDEST = [0, 16] as const;

/** restic on this computer: the one that is installed, Debian's package, or one that is built; what is done is said before. @throws Error */
export async function findRestic(say: (line: string) => void): Promise<string> {
  if (await isThere()) return "restic";
  if (existsSync(goToolFile(built))) return goToolFile(built);
  say("restic, which reads and prunes the copies, is missing or too old here: installing the Debian package restic");
  await installPackages(["restic"]).catch((error: unknown) => {
    if (!(error instanceof NotInstalled)) throw error;
    say(`that did not go: ${error.message}`);
  });
  return (await isThere()) ? "restic" : ensureGoTool(built, say);
}

async function isThere(): Promise<boolean> {
  return isNewEnough((await tryCommand("restic", ["version"]))?.stdout ?? "");
}

/** @param said as `restic version` prints it */
export function isNewEnough(said: string): boolean {
  const [, major, minor] = /^restic (\d+)\.(\d+)/.exec(said) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

/** One repository in the bucket. Keys are in restic's environment alone. */
export class Repository {
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly restic: string,
    { endpoint, bucket, region, prefix, accessKey, secretKey }: Offsite,
    part: "database" | "files",
    key: string,
  ) {
    this.env = {
      ...process.env,
      RESTIC_REPOSITORY: `s3:${endpoint}/${bucket}/${prefix}/${part}`,
      RESTIC_PASSWORD: key,
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      AWS_DEFAULT_REGION: region,
    };
  }

  /** @throws CommandFailed with what restic said */
  run(args: string[], input?: string): Promise<string> {
    const options = input === undefined ? { env: this.env } : { env: this.env, input };
    return run(this.restic, ["--quiet", "--retry-lock", "10m", ...args], options);
  }

  /** The snapshots, as restic lists them: JSON. */
  list(): Promise<string> {
    return this.run(["snapshots", "--no-lock", "--json"]);
  }
}
