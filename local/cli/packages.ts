import { installPackages, NotInstalled } from "../../toolchain/apt";
import { missingPackages } from "../hosts/nspawn/requirements";
import { Refusal } from "./instance";

/** Installs what hosts need and this machine lacks, after saying what. @throws Refusal */
export async function installMissing(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`Installing Debian packages that hosts need: ${missing.join(" ")}`);
  await installPackages(missing).catch((error: unknown) => {
    if (!(error instanceof NotInstalled)) throw error;
    throw new Refusal(
      `These packages could not be installed: ${error.message}\nInstall by this machine's own means what provides them.`,
    );
  });
}
