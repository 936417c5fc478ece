import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../../toolchain/apt";

/** An apt-get that writes down what it is asked for, and installs once its lists are there */
const APT = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/calls"
case "$*" in
*--version) exit 0 ;;
*update) touch "$here/lists" ;;
*install*) [ -e "$here/lists" ] || { echo "E: Unable to locate package" >&2; exit 100; } ;;
esac
case "$*" in *no-such*) echo "E: no-such is not known" >&2; exit 100 ;; esac
`;
const before = process.env.PATH;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "apt-"));
  writeFileSync(join(folder, "apt-get"), APT);
  // Neither the lock of this machine nor its sudo is part of this.
  writeFileSync(join(folder, "flock"), '#!/bin/sh\nshift\nexec "$@"\n');
  writeFileSync(join(folder, "sudo"), '#!/bin/sh\nshift\nexec "$@"\n');
  for (const name of ["apt-get", "flock", "sudo"]) chmodSync(join(folder, name), 0o755);
  process.env.PATH = `${folder}:${before}`;
});

afterEach(() => {
  process.env.PATH = before;
  rmSync(folder, { recursive: true, force: true });
});

const calls = () => readFileSync(join(folder, "calls"), "utf8");
const verbs = () => [...calls().matchAll(/-y (\w+)/g)].map(([, verb]) => verb);

it("gets the lists where a package is not found, and tries again", async () => {
  await installPackages(["golang-go"]);
  expect(verbs()).toEqual(["install", "update", "install"]);
  expect(calls()).toContain("DPkg::Lock::Timeout=600");
});

it("needs no lists where the package is found", async () => {
  writeFileSync(join(folder, "lists"), "");
  await installPackages(["golang-go"]);
  expect(verbs()).toEqual(["install"]);
});

it("tells apt-get's own words when that does not help", async () => {
  await expect(installPackages(["no-such"])).rejects.toThrow("no-such is not known");
});
