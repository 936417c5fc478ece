import type { LinodeApi } from "../../../cli/linodeApi";

export interface Labelled {
  id: number;
  label: string;
  tags: string[];
}

/** A machine that runs and its firewall, at the same account, that are a production's, as their tags and labels say. */
export async function standInProduction(api: LinodeApi): Promise<[firewall: Labelled, machine: Labelled]> {
  const tags = ["trinode", "site:gamelenders", "stack:prod"];
  const firewall = await api.call<Labelled>("POST", "/networking/firewalls", {
    ...{ label: "gamelenders-prod-web", tags },
    rules: { inbound_policy: "DROP", outbound_policy: "ACCEPT", inbound: [], outbound: [] },
  });
  const machine = await api.call<Labelled>("POST", "/linode/instances", {
    ...{ label: "gamelenders-prod-web", region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", tags },
    ...{ root_pass: "Only-4-this-test!", firewall_id: firewall.id },
  });
  for (let status = ""; status !== "running"; await new Promise((resolve) => setTimeout(resolve, 200)))
    ({ status } = await api.call<{ status: string }>("GET", `/linode/instances/${machine.id}`));
  return [firewall, machine];
}
