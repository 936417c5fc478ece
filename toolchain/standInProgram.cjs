#!/usr/bin/env node
/**
 * The program of a stand-in plugin: runs `provider.js` beside it, with what V8 made of it before (`provider.cache`), so that it starts
 * faster. A cache that another Node.js has made is left aside by V8.
 * Argument `--compile`: starts, makes the cache, and ends.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const filename = join(__dirname, "provider.js");
const cache = join(__dirname, "provider.cache");

/** @returns undefined if there is none yet. */
function readCache() {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

// The bundle is plain ASCII, which is read fastest this way.
const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: readCache() });
const { started } = script.runInThisContext()(require, { exports: {} }, __dirname, __filename);
if (process.argv.includes("--compile")) {
  started.then(() => {
    writeFileSync(cache, script.createCachedData());
    process.exit();
  });
}
