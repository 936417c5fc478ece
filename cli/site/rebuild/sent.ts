import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecOptions } from "../connection";
import { SiteError } from "../failure";
import type { Server } from "../servers";
import type { Site } from "../site";

/** Runs one of this directory's scripts on a server, which may have been made by an older program. @throws SiteError */
export async function runSent(
  site: Site,
  server: Server,
  [script, ...words]: ["hold.sh" | "carry.sh", "on" | "off"],
  options: Pick<ExecOptions, "input" | "onOutput"> = {},
): Promise<void> {
  const text = readFileSync(join(__dirname, script), "utf8");
  const { code, stderr } = await site.connect(server, (connection) =>
    connection.exec(["bash", "-c", text, script, ...words], options),
  );
  if (code !== 0) throw new SiteError(`${server.name}: ${stderr.trim() || `${script} ended with code ${code}`}`);
}
