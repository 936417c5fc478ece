/** A stand-in provider as one JavaScript file, so that its process starts fast and needs no node_modules. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

export interface Bundle {
  /** The plugin's program, the same for all of them. */
  program: Uint8Array;
  /** What it runs: an expression whose value is a function, as Node.js wraps a module. */
  code: Uint8Array;
  /** SHA-256 of both in hex: another one, another plugin. */
  hash: string;
}

/** Bundles `toolchain/providers/<name>/main.ts`. @throws esbuild's errors, with file and line. */
export async function bundleStandIn(name: string): Promise<Bundle> {
  const result = await build({
    entryPoints: [path.join(__dirname, "providers", name, "main.ts")],
    bundle: true,
    minify: true,
    // As Node.js wraps a module: see standInProgram.cjs.
    banner: { js: "(function (require, module, __dirname, __filename) {" },
    footer: { js: "return module.exports;\n})" },
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
  const program = await readFile(path.join(__dirname, "standInProgram.cjs"));
  return {
    program,
    code: file.contents,
    hash: createHash("sha256").update(program).update(file.contents).digest("hex"),
  };
}
