import { sentence } from "../failure";
import type { Server } from "../servers";
import type { Site } from "../site";
import type { Finding } from "../status/finding";
import { fact, unwell, well } from "./said";

/** How old the newest copy may be: a day, and the time that it takes to be made and read back. */
export const mostHoursByDefault = 26;

/** What `scripts/backup.sh` notes of the last one: state, id, and when it ended. */
const lastBackup = "/var/lib/trinode/backups/last";

/**
 * How old the newest backup is, of each server that has something of the site. The one thing that can't be seen from outside: it is asked for
 * over SSH, and only a fact where this machine may not log in.
 */
export async function lookAtBackups(site: Site, mostHours: number): Promise<Finding[]> {
  const machines = new Set([site.server("database"), site.server("app")]);
  return Promise.all([...machines].map((server) => lookAt(site, server, mostHours)));
}

async function lookAt(site: Site, server: Server, mostHours: number): Promise<Finding> {
  const name = `backup of ${server.name}`;
  try {
    const { stdout } = await site.connect(server, (connection) => connection.exec(["cat", lastBackup]));
    return judgeBackup(name, stdout, mostHours, new Date());
  } catch (error) {
    return fact(name, `not seen from here: ${sentence(error)}`);
  }
}

/** @param noted the line that the server has; empty before the first one */
export function judgeBackup(name: string, noted: string, mostHours: number, now: Date): Finding {
  const [state, id = "", when = ""] = noted.trim().split(" ");
  if (!state) return fact(name, "none yet; ./site backup makes one");
  if (state !== "well") return unwell(name, `${id} failed, at ${when}`, "See why: ./site status; then: ./site backup");
  const hours = Math.floor((now.getTime() - new Date(when).getTime()) / 3_600_000);
  const text = `${id}, read back ${hours} hours ago`;
  return hours <= mostHours
    ? well(name, text)
    : unwell(name, `${text}; it may be ${mostHours}`, "Look at its timer: ./site status; then: ./site backup");
}
