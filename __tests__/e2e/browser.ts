import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import type { Rehearsed } from "../../cli/rehearse";
import { run } from "../../cli/run";
import { installPackages } from "../../toolchain/apt";

export interface Browser {
  context: BrowserContext;
  /** Errors of pages and their consoles, as they come. */
  errors: string[];
  close(): Promise<void>;
}

/** A headless Chromium of Debian's that finds the site's names at the web server and trusts the local authority, as a user would set it up. */
export async function openBrowser({ domains, addresses, ca }: Rehearsed): Promise<Browser> {
  await ensurePackages();
  const home = mkdtempSync(join(tmpdir(), "trinode-browser-"));
  await trust(home, ca);
  const rules = domains.map((domain) => `MAP ${domain} ${addresses.web}`).join(", ");
  const context = await chromium.launchPersistentContext(join(home, "profile"), {
    executablePath: "/usr/bin/chromium",
    headless: true,
    env: { ...process.env, HOME: home },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=${rules}, MAP * ~NOTFOUND`,
    ],
  });
  const errors: string[] = [];
  context.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  context.on("weberror", (error) => errors.push(error.error().message));
  const close = async () => {
    await context.close();
    rmSync(home, { recursive: true, force: true });
  };
  return { context, errors, close };
}

async function ensurePackages(): Promise<void> {
  const missing = [
    ["/usr/bin/chromium", "chromium"],
    ["/usr/bin/certutil", "libnss3-tools"],
  ].flatMap(([path, name]) => (existsSync(path!) ? [] : [name!]));
  if (missing.length === 0) return;
  console.log(`installing ${missing.join(" and ")}`);
  await installPackages(missing);
}

/** Chromium's own store of authorities, in a home of its own. */
async function trust(home: string, ca: string): Promise<void> {
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  writeFileSync(join(home, "ca.pem"), ca);
  await run("certutil", ["-d", `sql:${store}`, "-N", "--empty-password"]);
  await run("certutil", ["-d", `sql:${store}`, "-A", "-t", "C,,", "-n", "local Linode", "-i", join(home, "ca.pem")]);
}
