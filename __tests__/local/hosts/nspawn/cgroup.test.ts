import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Cgroup } from "../../../../local/hosts/nspawn/cgroup";

const limits = { memoryMb: 1024, swapMb: 512, vcpus: 2 };
let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "cgroup-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

describe("control groups", () => {
  it("of version 2 are one directory with the controllers handed down", () => {
    fs.writeFileSync(path.join(root, "cgroup.controllers"), "cpu memory");
    const group = new Cgroup("trinode0/7", root);
    group.create();
    group.limit(limits);
    expect(group.directories).toEqual([path.join(root, "trinode0/7")]);
    expect(fs.existsSync(path.join(root, "trinode0/cgroup.subtree_control"))).toBe(true);
    expect(read("trinode0/7/memory.max")).toBe(String(1024 << 20));
    expect(read("trinode0/7/memory.swap.max")).toBe(String(512 << 20));
    expect(read("trinode0/7/cpu.max")).toBe("200000 100000");
  });

  it("of version 1 are one directory in each tree that is there", () => {
    for (const tree of ["memory", "cpu", "systemd", "unified"]) fs.mkdirSync(path.join(root, tree));
    const group = new Cgroup("trinode0/7", root);
    group.create();
    group.limit(limits);
    expect(group.directories.map((directory) => path.relative(root, directory))).toEqual(
      ["memory", "cpu", "systemd", "unified"].map((tree) => `${tree}/trinode0/7`),
    );
    expect(read("memory/trinode0/7/memory.limit_in_bytes")).toBe(String(1024 << 20));
    expect(read("memory/trinode0/7/memory.memsw.limit_in_bytes")).toBe(String(1536 << 20));
    expect(read("cpu/trinode0/7/cpu.cfs_quota_us")).toBe("200000");
  });

  it("say so where memory cannot be limited", () => {
    fs.mkdirSync(path.join(root, "systemd"));
    const group = new Cgroup("trinode0/7", root);
    group.create();
    expect(() => group.limit(limits)).toThrow(/cannot limit a host: writing .*memory.limit_in_bytes/);
  });

  it("count what version 2 counts", () => {
    fs.writeFileSync(path.join(root, "cgroup.controllers"), "");
    const group = new Cgroup("trinode0/7", root);
    group.create();
    const files = {
      "memory.current": "3000",
      "memory.max": "9000",
      "memory.stat": "anon 1\ninactive_file 1000",
      "cpu.stat": "usage_usec 2500000",
      "io.stat": "8:0 rbytes=10 wbytes=20 rios=1\n7:0 rbytes=1 wbytes=2",
    };
    for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(root, "trinode0/7", name), content);
    expect(group.usage()).toEqual({
      cpuSeconds: 2.5,
      memoryBytes: 2000,
      memoryLimitBytes: 9000,
      ioReadBytes: 11,
      ioWriteBytes: 22,
    });
  });

  it("find processes at any depth", () => {
    fs.writeFileSync(path.join(root, "cgroup.controllers"), "");
    const group = new Cgroup("trinode0/7", root);
    group.create();
    fs.mkdirSync(path.join(root, "trinode0/7/payload/init.scope"), { recursive: true });
    for (const name of ["", "payload"]) fs.writeFileSync(path.join(root, "trinode0/7", name, "cgroup.procs"), "");
    fs.writeFileSync(path.join(root, "trinode0/7/payload/init.scope/cgroup.procs"), "12\n34\n");
    expect(group.processes()).toEqual([12, 34]);
  });
});
