import { spawn } from "node:child_process";
import { once } from "node:events";
import { isRunning, nameOf, startTime } from "../../cli/process";

describe("isRunning", () => {
  it("tells a process that runs from one that does not", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    expect(isRunning(child.pid!)).toBe(true);
    child.kill();
    await once(child, "exit");
    expect(isRunning(child.pid!)).toBe(false);
  });

  it("takes one that has ended, and that nobody has read, for ended", async () => {
    // The shell becomes a sleep, which never asks after the child that it finds itself with.
    const parent = spawn("sh", ["-c", "sleep 0.05 & echo $!; exec sleep 60"]);
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(line.toString());
      expect(isRunning(pid)).toBe(true);
      for (let left = 100; isRunning(pid) && left > 0; left -= 1) await new Promise((go) => setTimeout(go, 20));
      expect(isRunning(pid)).toBe(false);
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      parent.kill();
    }
  });

  it("does not take a later process of the same number for it", () => {
    const began = startTime(process.pid)!;
    expect(isRunning(process.pid, began)).toBe(true);
    expect(isRunning(process.pid, began - 1)).toBe(false);
  });
});

describe("nameOf", () => {
  it("is what a process was started as, and nothing once it has ended", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    expect(nameOf(child.pid!)).toBe("sleep");
    child.kill();
    await once(child, "exit");
    expect(nameOf(child.pid!)).toBeUndefined();
  });
});
