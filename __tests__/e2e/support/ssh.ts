import { join } from "node:path";
import { run } from "../../../cli/run";

/**
 * Arguments of `ssh` to log in as root on a test's machine, before the command. Its host key is not looked at: machines of tests are new
 * each time, on addresses that were another machine's a moment ago. (That the program looks at it is what `production` tests.)
 * @param directory the local Linode's, where the operator's key is
 */
export function asRoot(directory: string, address: string): string[] {
  const options = {
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "10",
  };
  const given = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "none", "-i", join(directory, "ssh/id_ed25519"), ...given, `root@${address}`];
}

/** Runs a command on a test's machine as root. Returns its standard output. @throws CommandFailed */
export function onHost(directory: string, address: string, command: string, input?: string): Promise<string> {
  return run("ssh", [...asRoot(directory, address), command], { input });
}

/** The same with a script, which ends with the first of its commands that fails. */
export function scriptOnHost(directory: string, address: string, script: string): Promise<string> {
  return onHost(directory, address, "bash -euo pipefail -s", script);
}
