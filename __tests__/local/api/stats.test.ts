import { TestCloud } from "./client";

describe("stats", () => {
  it("are there from the second sample on, one value between two of them", async () => {
    const cloud = await TestCloud.start();
    try {
      const { id } = await cloud.linode({ label: "busy" });
      const { stats } = cloud.server.cloud;
      await stats.sample();
      expect(await cloud.refusal("GET", `/linode/instances/${id}/stats`)).toEqual([
        "Stats are unavailable at this time.",
      ]);
      await stats.sample();
      const answer = await cloud.ok<{ title: string; data: { cpu: number[][]; netv4: object } }>(
        "GET",
        `/linode/instances/${id}/stats`,
      );
      expect(answer.title).toContain(`busy (linode${id})`);
      expect(answer.data.cpu).toHaveLength(1);
      expect(Object.keys(answer.data.netv4)).toEqual(["in", "out", "private_in", "private_out"]);
    } finally {
      await cloud.stop();
    }
  });
});
