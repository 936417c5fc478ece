import { Queue } from "../../../../local/hosts/nspawn/queue";

describe("a queue", () => {
  it("runs tasks of one key one after the other, also after a failure", async () => {
    const queue = new Queue<string>();
    const seen: string[] = [];
    const task =
      (name: string, wait: number, fail = false) =>
      async () => {
        await new Promise((resolve) => setTimeout(resolve, wait));
        seen.push(name);
        if (fail) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.run("a", task("slow", 30, true)),
      queue.run("a", task("quick", 0)),
      queue.run("b", task("other", 5)),
    ]);
    expect(seen).toEqual(["other", "slow", "quick"]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });
});
