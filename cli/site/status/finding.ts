/** One thing that was looked at. */
export interface Finding {
  /** `outside`, `stack`, a role or one of several servers of it (`app-2`), or `host` for a machine that has several. */
  where: string;
  /** Label of the machine. @default none: not on a machine */
  machine?: string;
  name: string;
  /** `fact`: neither good nor bad; `unseen`: could not be looked at. */
  state: "well" | "unwell" | "fact" | "unseen";
  text: string;
  /** What to do about it, when it is not well. */
  remedy?: string;
}

/**
 * What `trinode status --lines` prints: see scripts/lib/status.sh.
 * @param hostIs what the machine itself is called
 * @param roleIs what its role is called @default as the machine says
 */
export function parseFindings(printed: string, machine: string, hostIs: string, roleIs?: string): Finding[] {
  return printed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [state, role = "", name = "", text = "", remedy = ""] = line.split("\t");
      return {
        where: role === "host" ? hostIs : (roleIs ?? role),
        machine,
        name,
        state: state === "well" || state === "unwell" ? state : "fact",
        text,
        ...(remedy && { remedy }),
      };
    });
}
