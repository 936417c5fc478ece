import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, processStat, signal, sleep, until } from "../hosts/nspawn/process";
import { apiUrl, inside, type Instance, Refusal } from "./instance";

const MAIN = path.join(__dirname, "../api/main.ts");
/** Booting all hosts again after this machine's restart is part of it. */
const START_MS = 180_000;

/** Starts the API in the background and waits until it answers. It goes on when this process ends. */
export async function startApi(instance: Instance): Promise<void> {
  if (await answers(instance)) return;
  await stopApi(instance); // one that hangs
  const logFile = inside(instance, "api.log");
  const log = fs.openSync(logFile, "w", 0o600);
  const options = ["--directory", instance.directory, "--port", String(instance.port), "--slot", String(instance.slot)];
  const child = spawn(
    process.execPath,
    // A small nursery: 40 MB less for a server that is mostly idle.
    [
      "--max-semi-space-size=2",
      "--import",
      "tsx",
      MAIN,
      ...options,
      "--driver",
      "nspawn",
      ...(instance.mail ? ["--mail"] : []),
    ],
    { detached: true, stdio: ["ignore", log, log], cwd: path.resolve(__dirname, "../..") },
  );
  fs.closeSync(log);
  child.unref();
  const startTime = child.pid === undefined ? undefined : processStat(child.pid)?.startTime;
  fs.writeFileSync(inside(instance, "api.process"), `${child.pid} ${startTime}`);
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(100)) {
    if (await answers(instance)) return;
    if (child.pid === undefined || !isAlive(child.pid, startTime)) break;
  }
  throw new Refusal(`The API did not start. ${logFile} ends with:\n${fs.readFileSync(logFile, "utf8").slice(-1500)}`);
}

/** Ends the API; hosts go on. */
export async function stopApi(instance: Instance): Promise<void> {
  const pid = apiProcess(instance);
  if (pid !== undefined) {
    signal(pid, "SIGTERM");
    if (!(await until(() => !isAlive(pid), 20_000))) signal(pid, "SIGKILL");
  }
  fs.rmSync(inside(instance, "api.process"), { force: true });
}

export function apiProcess(instance: Instance): number | undefined {
  const file = inside(instance, "api.process");
  if (!fs.existsSync(file)) return undefined;
  const [pid, startTime] = fs.readFileSync(file, "utf8").split(" ").map(Number);
  return pid && isAlive(pid, startTime) ? pid : undefined;
}

/** Whether the API of this very instance answers. @throws Refusal when somebody else has the port. */
async function answers(instance: Instance): Promise<boolean> {
  let health: { ok?: boolean; pid?: number };
  try {
    const answer = await fetch(`${apiUrl(instance)}/local/health`, { signal: AbortSignal.timeout(2_000) });
    health = (await answer.json()) as typeof health;
  } catch {
    return false;
  }
  if (health.ok && health.pid === apiProcess(instance)) return true;
  throw new Refusal(
    `Port ${instance.port} is taken by another program${health.ok ? " (another local Linode)" : ""}. Choose another with --port.`,
  );
}
