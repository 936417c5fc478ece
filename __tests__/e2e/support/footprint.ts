import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { addressesOf } from "../../../local/hosts/nspawn/addressing";

/** Everything of one local Linode on this machine, by kind. */
export interface Footprint {
  [kind: string]: string[];
}

/** What is there now of this slot and directory; others may come and go meanwhile. */
export function footprint(slot: number, directory: string): Footprint {
  const block = addressesOf(slot).gateway.replace(/\d+$/, "");
  const mine = new RegExp(`trinode${slot}\\b|slot${slot}$|${directory}/|${block.replaceAll(".", "\\.")}`);
  const own = (text: string) => text.split("\n").filter((line) => mine.test(line));
  const run = (...[program = "", ...args]: string[]) => own(execFileSync(program, args, { encoding: "utf8" }));
  return {
    namespaces: run("ip", "netns"),
    links: run("ip", "-br", "link"),
    routes: run("ip", "route"),
    tables: run("nft", "list", "tables"),
    mounts: own(fs.readFileSync("/proc/mounts", "utf8")),
    loops: run("losetup", "-a"),
    groups: run("find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", "trinode*"),
    processes: run("ps", "-eo", "args").filter((line) => !/jest|^ps /.test(line)),
    registry: fs.existsSync("/run/trinode") ? own(fs.readdirSync("/run/trinode").join("\n")) : [],
  };
}

/** Ids of the hosts that this machine has anything of: a namespace, a control group, a disk. */
export function hostsOnMachine(slot: number, directory: string): number[] {
  const names = [
    ...list("/run/netns").map((name) => name.replace(new RegExp(`^trinode${slot}-`), "")),
    ...list("/sys/fs/cgroup").flatMap((tree) => list(`/sys/fs/cgroup/${tree}/trinode${slot}`)),
    ...list(`/sys/fs/cgroup/trinode${slot}`),
    ...list(`${directory}/hosts`),
  ];
  return [...new Set(names.filter((name) => /^\d+$/.test(name)).map(Number))].sort((a, b) => a - b);
}

const list = (directory: string) =>
  fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ? fs.readdirSync(directory) : [];
