import { operator, type Site } from "../site";
import { SiteError } from "../failure";
import type { Rebuild } from "./note";
import { runSent } from "./sent";

/** Who has put the maintenance page there is told by this. */
const purpose = "to rebuild";

/** Nothing is written any more on the machine that leaves: what is copied from here on is all that there will ever be. */
export async function hold(site: Site, { name, data, closes }: Rebuild): Promise<void> {
  if (closes) await close(site, name);
  if (data.uploads) process.stderr.write(await site.trinode("app", "services", "stop", "app"));
  if (data.database) await runSent(site, site.server("database"), ["hold.sh", "on"]);
}

/** The end of it, on the machine that stands. */
export async function release(site: Site, { data }: Rebuild): Promise<void> {
  if (data.database) await runSent(site, site.server("database"), ["hold.sh", "off"]);
  if (data.uploads) process.stderr.write(await site.trinode("app", "services", "start", "app"));
}

async function close(site: Site, name: string): Promise<void> {
  await site.connect(site.server("web"), async (connection) => {
    const by = `TRINODE_BY=${operator()} ${purpose} ${name}`;
    const { code, stderr } = await connection.exec(["env", by, "trinode", "maintenance", "on"]);
    if (code !== 0) throw new SiteError(`visitors could not be given the maintenance page: ${stderr.trim()}`);
  });
}

/** Visitors get the site again, unless somebody else has put the page there. */
export async function open(site: Site, { closes }: Rebuild): Promise<void> {
  if (!closes) return;
  await site.connect(site.server("web"), async (connection) => {
    const { stdout } = await connection.exec(["cat", "/var/lib/trinode/maintenance"]);
    if (!stdout.includes(purpose)) return;
    const { code, stderr } = await connection.exec(["trinode", "maintenance", "off"]);
    if (code !== 0) throw new SiteError(`the maintenance page could not be taken away: ${stderr.trim()}`);
  });
}
