import { spawnSync } from "node:child_process";
import { missingPackages } from "../hosts/nspawn/requirements";
import { Refusal } from "./instance";

/** Installs what hosts need and this machine lacks, after saying what. */
export function installMissing(): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`Installing Debian packages that hosts need: ${missing.join(" ")}`);
  const apt = (...args: string[]) =>
    spawnSync("apt-get", ["-q", "-y", ...args], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  const install = () => apt("install", "--no-install-recommends", ...missing);
  const first = install();
  if (first.error) {
    throw new Refusal(`This machine has no apt-get. Install by its own means what provides: ${missing.join(", ")}.`);
  }
  // Lists that are too old, or none at all as in a fresh image.
  if (first.status !== 0 && (apt("update").status !== 0 || install().status !== 0)) {
    throw new Refusal(`apt-get could not install ${missing.join(" ")}. Its messages are above.`);
  }
}
