import { SiteError } from "./failure";
import { operator, type Site } from "./site";

/** Ends the pause when we can't: whatever is in use by then is whole. */
const guard = "trinode-restore-pause";
const longestSeconds = 900;

/** Does something while visitors get the maintenance page; it ends with that, unless somebody else has put it there. */
export async function pausing<T>(site: Site, id: string, act: () => Promise<T>): Promise<T> {
  const web = site.server("web");
  return site.connect(web, async (connection) => {
    const run = async (words: string[]) => (await connection.exec(words)).code === 0;
    const note = (await connection.exec(["cat", "/var/lib/trinode/maintenance"])).stdout;
    const ours = note === "" || note.includes("to restore backup");
    await run(["systemctl", "stop", `${guard}.timer`]);
    if (ours) {
      const timer = ["systemd-run", "--quiet", "--collect", `--unit=${guard}`, `--on-active=${longestSeconds}`];
      await run([...timer, "/usr/local/bin/trinode", "maintenance", "off"]);
      const by = `TRINODE_BY=${operator()} to restore backup ${id}`;
      if (!(await run(["env", by, "trinode", "maintenance", "on"])))
        throw new SiteError(
          "visitors could not be given the maintenance page; nothing was changed. See: ./site status",
        );
    }
    try {
      return await act();
    } finally {
      if (ours) {
        await run(["trinode", "maintenance", "off"]);
        await run(["systemctl", "stop", `${guard}.timer`]);
      }
    }
  });
}
