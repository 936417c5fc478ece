import { LinodeApi } from "../../linodeApi";
import { changeRules } from "../admit/firewalls";
import { nameOf } from "../servers";
import { plain, type SiteStack } from "../stack";
import { note, type Rebuild } from "./note";

/** Label of the rule that lets visitors in, of all firewalls. */
const visitors = "web";

/**
 * Where web server and data are one machine, nothing stands before a new one that is made without its data: its cloud firewall keeps
 * visitors out until that is back.
 */
export async function closeDoor(stack: SiteStack, rebuild: Rebuild): Promise<Rebuild> {
  if (!rebuild.roles.includes("web") || !rebuild.data.database) return rebuild;
  let next = rebuild;
  await changeRules(new LinodeApi(process.env), await firewallOf(stack, rebuild), (inbound) => {
    const door = inbound.find(({ label }) => label === visitors);
    if (door) next = note(stack, { ...rebuild, door });
    return inbound.filter(({ label }) => label !== visitors);
  });
  return next;
}

export async function openDoor(stack: SiteStack, rebuild: Rebuild): Promise<void> {
  const { door } = rebuild;
  if (!door) return;
  await changeRules(new LinodeApi(process.env), await firewallOf(stack, rebuild), (inbound) =>
    inbound.some(({ label }) => label === visitors) ? inbound : [...inbound, door],
  );
}

async function firewallOf(stack: SiteStack, { name }: Rebuild): Promise<number> {
  const { resources } = await stack.state();
  const found = resources.find((one) => nameOf(one) === `${name}-firewall`);
  return Number(plain(found?.outputs?.id));
}
