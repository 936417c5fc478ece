import { siteSchema } from "../../configSchema";
import { isProduction, type Rule } from "../plan";

/** Whether this version of the program has a configuration of backups. */
const known = "backups" in siteSchema.in.shape;

export const backupsKept: Rule = {
  name: "backups-kept",
  description: "In production, backups are made and kept off the server, too.",
  needs: ["config"],
  check: (plan) => (known && isProduction(plan) ? missing(plan.config?.backups) : []),
};

/** What is missing in `trinode:backups`, where a schedule stands by default. */
export function missing(backups: unknown): [where: string, message: string][] {
  const { offsite, linode } = (backups ?? {}) as { offsite?: unknown; linode?: unknown };
  if ([offsite, linode].some((bucket) => typeof bucket === "object" && bucket !== null)) return [];
  const message =
    "no copy leaves the server: with it, all backups are lost. Name a bucket in trinode:backups.offsite or .linode.";
  return [["trinode:backups.offsite", message]];
}
