import { resolve4 } from "node:dns/promises";
import type { Finding } from "../status/finding";
import { unwell, well } from "./said";
import { isReserved, namesOf, type Target } from "./target";

/** Whether the DNS leads every name to the web server. */
export async function lookAtNames(target: Target): Promise<Finding[]> {
  const names = namesOf(target);
  const elsewhere = await Promise.all(
    names
      .filter((name) => !isReserved(name))
      .map(async (name) => {
        const found = await resolve4(name).catch((): string[] => []);
        return found.length === 1 && found[0] === target.web ? [] : [`${name} (${found.join(", ") || "no address"})`];
      }),
  );
  const wrong = elsewhere.flat();
  if (wrong.length > 0)
    return [
      unwell(
        "names",
        `not pointing to ${target.web}: ${wrong.join(", ")}`,
        "Set the records: pulumi stack output dnsRecords",
      ),
    ];
  const reserved = names.every(isReserved) ? " (in no DNS: asked for at this address)" : "";
  return [well("names", `${names.join(", ")} at ${target.web}${reserved}`)];
}
