import { installToolchain } from "../../../toolchain/install";

/** Before the first suite: suites run side by side, and each would build what is missing. */
export default async function toolchainSetup(): Promise<void> {
  await installToolchain();
}
