/** A stand-in provider as one JavaScript file, so that its process starts fast and needs no node_modules. */
import { createHash } from "node:crypto";
import path from "node:path";
import { build } from "esbuild";

export interface Bundle {
  code: Uint8Array;
  /** SHA-256 of the code in hex: another one, another plugin. */
  hash: string;
}

/** Bundles `toolchain/providers/<name>/main.ts`. @throws esbuild's errors, with file and line. */
export async function bundleStandIn(name: string): Promise<Bundle> {
  const result = await build({
    entryPoints: [path.join(__dirname, "providers", name, "main.ts")],
    bundle: true,
    minify: true,
    keepNames: true,
    // The file is a program by itself.
    banner: { js: "#!/usr/bin/env node" },
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    logLevel: "silent",
    // Optional parts of `ssh2` and `pg`: native speed-ups that they do without.
    external: ["cpu-features", "pg-native", "*.node"],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`esbuild gave no file for the provider ${name}.`);
  return { code: file.contents, hash: createHash("sha256").update(file.contents).digest("hex") };
}
