import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [first, second] = ["20260131T021500Z", "20260201T021500Z"];

/** A repository with one upload in each backup; `chown` needs the site's user, which is not here. */
const programs = {
  restic: `
    case $2 in
      snapshots) echo '[
        {"id": "1", "time": "2026-01-31T02:15:00Z", "tags": ["id:${first}", "kind:backup"]},
        {"id": "2", "time": "2026-02-01T02:15:00Z", "tags": ["id:${second}", "kind:backup"]}]' ;;
      restore) mkdir -p "$6$8" && echo "of backup $4" >"$6$8/upload" ;;
      dump) echo '{"files": 1}' ;;
    esac`,
  chown: ":",
};

let host: string;
const here = (path: string) => join(host, path);
beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), "trinode-uploads-"));
  for (const made of ["etc", "run", "bin", "srv/media", "backups/files", "backups/logs"])
    mkdirSync(here(made), { recursive: true });
  for (const [name, text] of Object.entries(programs))
    writeFileSync(here(`bin/${name}`), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  writeFileSync(here("etc/backup.env"), `SITE=shop MEDIA='${here("srv/media")}' PARTS=files\n`);
  writeFileSync(here("backups/files/config"), "");
  writeFileSync(here("srv/media/upload"), "of today\n");
});
afterEach(() => rmSync(host, { recursive: true }));

/** Runs the script with a host's directories inside ours. */
function restoreFiles(...words: string[]) {
  return restoreSent(Buffer.alloc(0), ...words);
}

function restoreSent(input: Buffer, ...words: string[]) {
  const placed = (text: string) =>
    text
      .replaceAll("/usr/local/lib/trinode/lib", here("lib"))
      .replaceAll("/usr/local/lib/trinode", resolve("scripts"))
      .replaceAll("/etc/trinode", here("etc"))
      .replaceAll("/var/lib/trinode", here("var"))
      .replaceAll("/var/backups/trinode", here("backups"))
      .replaceAll("/run/trinode", here("run/trinode"));
  mkdirSync(here("lib"), { recursive: true });
  for (const name of ["common.sh", "backups.sh", "app.sh"])
    writeFileSync(here(`lib/${name}`), placed(readFileSync(`scripts/lib/${name}`, "utf8")));
  writeFileSync(here("restore-files.sh"), placed(readFileSync("scripts/restore-files.sh", "utf8")));
  const env = { ...process.env, PATH: `${here("bin")}:${process.env.PATH}` };
  const { status, stderr } = spawnSync("bash", [here("restore-files.sh"), ...words], { input, env });
  return status === 0 ? "done" : stderr.toString();
}

/** What `./site restore` sends: a tar of a copy that was fetched, with these uploads. */
function sentCopy(backup: string, content: string, proof = createHash("sha256").update(content).digest("hex")) {
  mkdirSync(here("sent/uploads"), { recursive: true });
  writeFileSync(here("sent/uploads/upload"), content);
  writeFileSync(here("sent/manifest.json"), JSON.stringify({ part: "files", id: backup, files: 1 }));
  const listed = createHash("sha256").update(`${proof}  upload\n`).digest("hex");
  writeFileSync(here("sent/verified.json"), JSON.stringify({ files: 1, sha256: listed }));
  const names = ["manifest.json", "verified.json", "uploads"];
  return spawnSync("tar", ["--create", "--directory", here("sent"), ...names]).stdout;
}

const uploads = (directory: string) => readFileSync(here(`srv/${directory}/upload`), "utf8").trim();
const kept = () => readdirSync(here("srv")).filter((name) => name.startsWith("media.before-"));

describe("uploads that are brought back", () => {
  it("take the place of those in use, which are kept", () => {
    for (const step of ["prepare", "swap", "finish"]) expect(restoreFiles(step, first)).toBe("done");
    expect(uploads("media")).toBe("of backup 1");
    expect(kept().map(uploads)).toEqual(["of today"]);
  });

  it("of another backup, after a restore that was cut off behind the change of places, cost nothing of what was in use", () => {
    for (const step of ["prepare", "swap"]) expect(restoreFiles(step, first)).toBe("done");
    expect(restoreFiles("prepare", second)).toBe("done");
    expect(kept().map(uploads)).toEqual(["of today"]);
    expect(restoreFiles("swap", second)).toBe("done");
    expect(uploads("media")).toBe("of backup 2");
  });

  it("of another server's copy take the place of those in use, once they are those that were read back", () => {
    expect(restoreSent(sentCopy(first, "of a production\n"), "prepare-sent", first)).toBe("done");
    expect(uploads("media")).toBe("of today");
    for (const step of ["swap", "finish"]) expect(restoreFiles(step, first)).toBe("done");
    expect(uploads("media")).toBe("of a production");
    expect(kept().map(uploads)).toEqual(["of today"]);
  });

  it.each([
    [
      "are others than were read back",
      () => sentCopy(first, "changed\n", "0".repeat(64)),
      "not the 1 that were read back",
    ],
    ["are of another backup", () => sentCopy(second, "of a production\n"), `is no copy of backup ${first}`],
    ["did not arrive whole", () => sentCopy(first, "x".repeat(20_000)).subarray(0, 12_000), "did not arrive whole"],
  ])("that %s are refused, and those in use stay", (_, copy, reason) => {
    expect(restoreSent(copy(), "prepare-sent", first)).toContain(reason);
    expect(restoreFiles("swap", first)).toContain("are not prepared");
    expect(uploads("media")).toBe("of today");
  });

  it("are not switched to before they were checked", () => {
    expect(restoreFiles("swap", first)).toContain(`the uploads of backup ${first} are not prepared`);
    expect(uploads("media")).toBe("of today");
  });
});
