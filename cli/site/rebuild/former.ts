import { LinodeApi } from "../../linodeApi";
import { SiteError } from "../failure";
import { pause, Power } from "../power";
import type { Former } from "./note";

/** Tag of a machine that has left its place to another one. */
export const formerTag = "trinode-former";

interface Machine {
  id: number;
  label: string;
  tags: string[];
}

interface Interface {
  id: number;
  purpose: string;
  subnet_id?: number;
  ipv4?: { vpc?: string };
}

interface Config {
  id: number;
  interfaces: Interface[];
}

/** What becomes at Linode of the machine that is replaced. */
export class FormerMachines {
  private readonly api = new LinodeApi(process.env);
  private readonly power = new Power();

  /** Those of a stack, by their tags. */
  async of(tags: string[]): Promise<Machine[]> {
    const all = await this.api.find<Machine>("/linode/instances", {});
    return all.filter((machine) => [...tags, formerTag].every((tag) => machine.tags.includes(tag)));
  }

  async tagsOf(id: number): Promise<string[]> {
    return (await this.api.call<Machine>("GET", `/linode/instances/${id}`)).tags;
  }

  /** Where it is in the VPC, to be put back there. */
  async placeOf(id: number): Promise<Former["place"]> {
    for (const config of await this.configs(id))
      for (const { subnet_id: subnet, ipv4 } of config.interfaces.filter(isVpc))
        if (subnet !== undefined && ipv4?.vpc) return { config: config.id, subnet, address: ipv4.vpc };
    return undefined;
  }

  /** Off, under another label, without its address in the VPC: the new one takes both. Can be done again. */
  async setAside({ id, label }: Former): Promise<void> {
    await this.power.off({ id, label });
    for (const config of await this.configs(id))
      for (const one of config.interfaces.filter(isVpc))
        await this.api.call("DELETE", `/linode/instances/${id}/configs/${config.id}/interfaces/${one.id}`);
    const tags = new Set([...(await this.tagsOf(id)), formerTag]);
    await this.api.call("PUT", `/linode/instances/${id}`, { label: formerLabel(label), tags: [...tags] });
  }

  /** The other way round. Can be done again. */
  async putBack({ id, label, place }: Former): Promise<void> {
    const tags = (await this.tagsOf(id)).filter((tag) => tag !== formerTag);
    await this.api.call("PUT", `/linode/instances/${id}`, { label, tags });
    if (place && !(await this.placeOf(id)))
      await this.api.call("POST", `/linode/instances/${id}/configs/${place.config}/interfaces`, {
        purpose: "vpc",
        subnet_id: place.subnet,
        ipv4: { vpc: place.address },
      });
    await this.power.on({ id, label });
  }

  /** A machine that came in another's place, and is not to stay. Waits until label and address are free. Returns its id. */
  async removeNewcomer({ id, label }: Former): Promise<number | undefined> {
    // A label is one machine's.
    const find = async () =>
      (await this.api.find<Machine>("/linode/instances", { label })).find((one) => one.id !== id);
    const found = await find();
    if (!found) return undefined;
    await this.api.call("DELETE", `/linode/instances/${found.id}`);
    while (await find()) await pause(Number(process.env.LINODE_EVENT_POLL_MS ?? 3000));
    return found.id;
  }

  /** For good. One that is gone already is fine. @throws SiteError when it is none that was set aside */
  async remove({ id }: Former): Promise<void> {
    const [machine] = await this.api.find<Machine>("/linode/instances", { id });
    if (!machine) return;
    if (!machine.tags.includes(formerTag))
      throw new SiteError(`${machine.label} (${id}) is not tagged ${formerTag}: it is not deleted.`);
    await this.api.call("DELETE", `/linode/instances/${id}`);
  }

  private async configs(id: number): Promise<Config[]> {
    return this.api.find<Config>(`/linode/instances/${id}/configs`, {});
  }
}

const isVpc = ({ purpose }: Interface): boolean => purpose === "vpc";

/** Linode allows 64 characters; ours have 32 at most. */
export const formerLabel = (label: string): string => `${label}-former`;
