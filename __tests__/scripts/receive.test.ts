import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let host: string;
beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), "trinode-receive-"));
  for (const made of ["run", "bundle", "bundle/scripts", "bin"]) mkdirSync(join(host, made));
});
afterEach(() => rmSync(host, { recursive: true }));

/** Receives a bundle with this verb, with a host's directories inside ours. */
function receive(verb: string) {
  const here = (path: string) => join(host, path);
  const script = readFileSync("scripts/receive.sh", "utf8")
    .replaceAll("/usr/local/bin", here("bin"))
    .replaceAll("/usr/local/lib", here("lib"))
    .replaceAll("/var/lib/trinode", here("var"))
    .replaceAll("/etc/trinode", here("etc"))
    .replaceAll("/run", here("run"));
  writeFileSync(here("receive"), script);
  writeFileSync(here("bundle/verb"), "try");
  writeFileSync(here("bundle/environment"), "WORD='it''s me'\n");
  writeFileSync(here("bundle/scripts/try.sh"), `#!/bin/bash\nset -e\n${verb}\n`);
  return spawnSync("bash", [here("receive"), here("bundle")], { encoding: "utf8" });
}

describe("a step on a host", () => {
  it("prints what its verb has printed, and leaves no bundle behind", () => {
    const { status, stdout, stderr } = receive(`echo "$WORD"; echo news >&2`);
    expect([status, stdout, stderr]).toEqual([0, "its me\n", "news\n"]);
    expect(existsSync(join(host, "bundle"))).toBe(false);
  });

  it("takes away the keys that a killed one has left, and no bundle that may be waiting", () => {
    const left = ["run/trinode-seed.abcdef", "run/trinode.killed00", "run/trinode.waiting0"];
    for (const directory of left) mkdirSync(join(host, directory));
    const longAgo = Date.now() / 1000 - 7200;
    utimesSync(join(host, "run/trinode.killed00"), longAgo, longAgo);
    receive(":");
    expect(left.map((directory) => existsSync(join(host, directory)))).toEqual([false, false, true]);
  });

  it("prints nothing when its verb fails, not even a key that was half-way out: Pulumi would show it", () => {
    const { status, stdout, stderr } = receive("echo PRIVATE KEY; echo why >&2; exit 3");
    expect([status, stdout, stderr]).toEqual([3, "", "why\n"]);
    expect(existsSync(join(host, "bundle"))).toBe(false);
  });
});
