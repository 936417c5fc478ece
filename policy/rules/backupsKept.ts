import { isProduction, type Rule } from "../plan";

export const backupsKept: Rule = {
  name: "backups-kept",
  description: "In production, backups are made and kept off the server, too.",
  needs: ["config"],
  check: (plan) => (isProduction(plan) ? missing(plan.config?.backups) : []),
};

/** What is missing in `trinode:backups`, where a schedule stands by default. */
function missing(backups: unknown): [where: string, message: string][] {
  const { offsite, linode } = (backups ?? {}) as { offsite?: unknown; linode?: unknown };
  if ([offsite, linode].some((bucket) => typeof bucket === "object" && bucket !== null)) return [];
  const message =
    "no copy leaves the server: with it, all backups are lost. Name a bucket in trinode:backups.linode or trinode:backups.offsite.";
  return [["trinode:backups", message]];
}
