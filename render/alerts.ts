/** When Linode sends a mail: averages over two hours, 0 is never. All of them: one that is not sent is turned off. */
export interface Alerts {
  /** Percent of one CPU, all CPUs together. */
  cpu: number;
  /** Input and output operations a second. */
  io: number;
  /** Mbit/s. */
  networkIn: number;
  networkOut: number;
  /** Percent of the month's transfer. */
  transferQuota: number;
}

/** What is not said is as Linode has it for a new machine of the plan. */
export function alertThresholds(wanted: { [Key in keyof Alerts]?: number | undefined }, vcpus: number): Alerts {
  return {
    cpu: wanted.cpu ?? 90 * vcpus,
    io: wanted.io ?? 10_000,
    networkIn: wanted.networkIn ?? 10,
    networkOut: wanted.networkOut ?? 10,
    transferQuota: wanted.transferQuota ?? 80,
  };
}
