import * as fs from "node:fs";
import * as path from "node:path";

/** The groups that held the hosts' groups. */
export function removeGroups(name: string): void {
  for (const tree of ["", ...fs.readdirSync("/sys/fs/cgroup")]) {
    const directory = path.join("/sys/fs/cgroup", tree, name);
    if (fs.existsSync(directory)) removeGroup(directory);
  }
}

/** With those inside, which what was killed in the middle has left; one that has processes is kept, with an error. */
function removeGroup(directory: string): void {
  const inside = fs.readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inside) removeGroup(path.join(directory, name));
  fs.rmdirSync(directory);
}
