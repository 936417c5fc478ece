import { sentence } from "../failure";
import type { Server } from "../servers";
import { type Site, trinode } from "../site";
import { type Finding, parseFindings } from "./finding";

/** What a machine says of itself and its roles, over one connection; and where its graphs are. */
export async function lookAtMachine(site: Site, server: Server): Promise<Finding[]> {
  // `web`, `app-2`, …; one that has all roles tells each by itself.
  const where = server.roles.length === 1 ? server.name : "host";
  const graphs: Finding = {
    where,
    machine: server.label,
    name: "graphs",
    state: "fact",
    text: graphsOf(server.id, process.env.LINODE_URL),
  };
  return [...(await ask(site, server, where)), graphs];
}

async function ask(site: Site, server: Server, where: string): Promise<Finding[]> {
  const unseen = (text: string, remedy: string): Finding[] => [
    { where, machine: server.label, name: "ssh", state: "unseen", text, remedy },
  ];
  try {
    const { code, stdout, stderr } = await site.connect(server, (connection) =>
      connection.exec(trinode(["status", "--lines"])),
    );
    const found = parseFindings(stdout, server.label, where, server.roles.length === 1 ? where : undefined);
    if (found.length > 0) return found;
    if (code === 64 || code === 127) return unseen('it has no "trinode status" yet', "Bring it there: pulumi up");
    return unseen(`trinode status ended with code ${code}: ${stderr.trim()}`, "Log in and look");
  } catch (error) {
    return unseen(sentence(error), "Switch it on: ./site start");
  }
}

/** The provider's page of a Linode with its CPU, network and disk graphs; of another API than Linode's own, the figures. */
export function graphsOf(id: number, api?: string): string {
  if (api && !/\/\/api\.linode\.com/.test(api)) return `${api}/v4/linode/instances/${id}/stats`;
  return `https://cloud.linode.com/linodes/${id}/metrics`;
}
