import { upkeepFiles } from "../../render/upkeepFiles";

const settings = { turn: 0, domain: "www.example.org", path: "/health/", status: 200, webAddress: "10.0.0.11" };
const text = (turn: number) =>
  upkeepFiles({ ...settings, turn })
    .map((file) => file.content)
    .join("\n");

describe("security updates", () => {
  it("come one server after the other, each restarted in its own half hour", () => {
    expect(text(0)).toContain("OnCalendar=*-*-* 03:00:00 UTC");
    expect(text(0)).toContain('Automatic-Reboot-Time "03:20"');
    expect(text(2)).toContain("OnCalendar=*-*-* 04:00:00 UTC");
    expect(text(2)).toContain('Automatic-Reboot-Time "04:20"');
  });

  it("wait while the site is unwell", () => {
    expect(text(1)).toContain("ExecCondition=/usr/local/lib/trinode/site-healthy.sh");
    expect(text(1)).toContain("HEALTH_URL='https://www.example.org/health/'");
  });
});
