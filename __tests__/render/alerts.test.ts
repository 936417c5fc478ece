import { alertThresholds } from "../../render/alerts";

describe("Linode's alerts", () => {
  it("are always sent all: one that is left out would be turned off", () => {
    expect(alertThresholds({ networkIn: 50 }, 2)).toEqual({
      cpu: 180,
      io: 10_000,
      networkIn: 50,
      networkOut: 10,
      transferQuota: 80,
    });
  });

  it("are turned off where the configuration says 0", () => {
    expect(alertThresholds({ cpu: 0, io: 0 }, 1)).toMatchObject({ cpu: 0, io: 0 });
  });
});
