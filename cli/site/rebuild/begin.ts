import { pulumi } from "../../pulumi";
import { tagsOf } from "../../../render/labels";
import { seen } from "../probe/seen";
import { reasonOf } from "../diagnostics";
import { exitCodes, SiteError } from "../failure";
import { underway } from "../killed";
import type { Role, Server } from "../servers";
import { Site } from "../site";
import type { SiteStack, StackOptions } from "../stack";
import { up } from "../up";
import { FormerMachines } from "./former";
import { note, type Rebuild } from "./note";

/** Looks whether a machine can be made anew, and notes that it is going to be. @throws SiteError before anything is changed */
export async function begin(stack: SiteStack, options: StackOptions, wanted: string): Promise<Rebuild> {
  const site = await Site.of(stack);
  const server = machineFor(site.servers, wanted);
  const data = dataOn(site, server);
  await refuse(site, data);
  await refuseMistakes(stack);
  if (server.roles.includes("web")) await handCertificate(stack);
  const unwell = (await seen(options)).filter(({ state }) => state === "unwell");
  const { name, roles, id, label } = server;
  return note(stack, {
    name,
    roles,
    step: "saving",
    former: { id, label },
    data,
    closes: closes(site, server),
    unwell,
  });
}

/** A machine by its name or by one of its roles, of several the first. @throws SiteError naming those that there are */
export function machineFor(servers: Server[], wanted: string): Server {
  const found =
    servers.find(({ name }) => name === wanted) ?? servers.find(({ roles }) => roles.includes(wanted as Role));
  if (found) return found;
  const names = servers.map(({ name }) => name).join(", ");
  throw new SiteError(`there is no machine "${wanted}". There is: ${names}`, exitCodes.usage);
}

/** What lies on it alone. Of several application servers, it is the first one on which copies are made. */
export function dataOn(site: Pick<Site, "server">, server: Server): Rebuild["data"] {
  return { database: server.roles.includes("database"), uploads: server.name === site.server("app").name };
}

/** Whether visitors get a page that says so: of several application servers, others serve on; a web server has nothing to lose. */
export function closes(site: Pick<Site, "all">, { roles }: Server): boolean {
  return roles.includes("database") || (roles.includes("app") && site.all("app").length === 1);
}

async function refuse(site: Site, data: Rebuild["data"]): Promise<void> {
  const { stack, config } = site;
  const killed = underway(stack);
  if (killed) throw new SiteError(`./site ${killed.what} is under way, or was killed. First: ./site status`);
  const machines = await new FormerMachines().of(tagsOf(String(config.site), stack.name));
  if (machines[0])
    throw new SiteError(
      `${machines[0].label} (${machines[0].id}) still stands, from a rebuild that was not ended here. Where it was begun, end it: ./site rebuild. Or, if nothing on it is needed, delete it at Linode.`,
    );
  if (data.uploads) await refuseWhatIsNowhereElse(site);
}

/** What an application server knows and neither configuration nor backup brings back. */
async function refuseWhatIsNowhereElse(site: Site): Promise<void> {
  const { release } = (site.config.app ?? {}) as { release?: string };
  if (release !== undefined)
    throw new SiteError(
      `trinode:app.release holds on to release ${release}, which is kept on this server only, and is not built again. First: ./site release`,
    );
  const overrides = JSON.parse(await site.trinode("app", "override-list", "--json")) as string[];
  if (overrides.length > 0)
    throw new SiteError(`variables were changed on this server (${overrides.join(", ")}). First: ./site env adopt`);
}

/** A configuration with a mistake is better known of before anything is switched off. */
async function refuseMistakes(stack: SiteStack): Promise<void> {
  await pulumi(stack, ["preview", "--suppress-outputs"]).catch((error: unknown) => {
    throw new SiteError(`pulumi up would fail:${reasonOf(error)}\nNothing was changed.`);
  });
}

/** The certificate that visitors get now, which the server may have renewed by itself, into the state: the new machine begins with it. */
async function handCertificate(stack: SiteStack): Promise<void> {
  const again = ["--replace", "**::web-certificate"];
  await up(stack, stack.configFile, "./site rebuild: the certificate as it is", again).catch((error: unknown) => {
    throw new SiteError(`the certificate could not be taken along:${reasonOf(error)}\nNo machine was touched.`);
  });
}
