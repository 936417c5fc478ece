import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { monthlyCost } from "../../policy/cost";
import type { Plan } from "../../policy/plan";
import { recordWeb } from "../components/webAnswers";
import { linodeTypes } from "./types";

/** The whole program's plan, with a configuration over Pulumi.prod.yaml's. */
export async function programPlan(changes: Record<string, unknown> = {}): Promise<Plan> {
  const { config: production } = parse(readFileSync("Pulumi.prod.yaml", "utf8")) as { config: Record<string, object> };
  const config = {
    ...production,
    "trinode:app": { ...production["trinode:app"], source: "examples/gamelenders/site" },
    "trinode:operators": { sshKeys: [key], cidrs: ["203.0.113.7/32", "2001:db8::/48"] },
    "trinode:tls": { email: "ops@gamelenders.com" },
    ...changes,
  };
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(config).map(([name, value]) => [name, text(value)])));
  let outputs: Record<string, unknown> = {};
  const made = await recordWeb(
    async () => {
      const { default: program } = (await import("../../index")) as unknown as {
        default: () => Promise<typeof outputs>;
      };
      outputs = await program();
    },
    { "linode:index/getInstanceType:getInstanceType": describeType },
  );
  const values = Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name.replace("trinode:", ""), value]),
  );
  const plan: Plan = {
    site: "gamelenders",
    stack: pulumi.getStack(),
    resources: made,
    outputs: await readable(outputs),
    config: values,
  };
  return { ...plan, monthlyCost: monthlyCost(plan, linodeTypes) };
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF operator";

function describeType(inputs: unknown): object {
  const { id } = inputs as { id: string };
  const type = linodeTypes.find((one) => one.id === id);
  const backups = { prices: [{ monthly: type?.addons.backups.price.monthly }], regionPrices: [] };
  const prices = [{ monthly: type?.price.monthly }];
  return { id, memory: 1024, vcpus: 1, prices, addons: [{ backups: [backups] }] };
}

/** Outputs as `pulumi stack output` shows them. */
async function readable(outputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const shown = await Promise.all(
    Object.entries(outputs).map(async ([name, value]) => {
      const output: pulumi.Output<unknown> = pulumi.output(value);
      const secret = await pulumi.isSecret(output);
      const plain = await new Promise((resolve) => void output.apply(resolve));
      return [name, secret ? "[secret]" : plain] as const;
    }),
  );
  return Object.fromEntries(shown);
}
