import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let host: string;
const here = (path: string) => join(host, path);
beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), "trinode-postgresql-"));
  for (const made of ["etc", "var"]) mkdirSync(here(made));
  for (const name of ["postgresql.conf", "pg_hba.conf"]) writeFileSync(here(`etc/${name}`), "the former\n");
});
afterEach(() => rmSync(host, { recursive: true }));

/**
 * PostgreSQL as a shell sees it: it refuses a configuration that is "wrong", needs a restart for one that is "large" or "deadly", and
 * does not start with the latter.
 */
const postgresql = `
  conf() { cat "$HOST/etc/postgresql.conf"; }
  running() { [[ ! -e $HOST/down ]]; }
  systemctl() {
    echo "$1" >>"$HOST/told"
    [[ $1 == restart ]] || return 0
    if [[ $(conf) == deadly ]]; then touch "$HOST/down"; else rm -f "$HOST/down"; fi
  }
  ask() {
    running || return 2
    case $1 in
      *pg_file_settings*) [[ $(conf) != wrong ]] || echo "line 1: syntax error" ;;
      *pending_restart*) if [[ $(conf) == large || $(conf) == deadly ]]; then echo 1; else echo 0; fi ;;
    esac
  }
  sleep() { :; }
`;

/** A step that brings this configuration, with a host's directories inside ours. */
function bring(content: string) {
  const libraries = ["common.sh", "files.sh", "postgresql.sh"].map((name) =>
    readFileSync(`scripts/lib/${name}`, "utf8"),
  );
  const placed = libraries
    .join("\n")
    .replaceAll("/etc/trinode", here("etc"))
    .replaceAll("/var/lib/trinode", here("var"));
  const steps = `
    enable_service() { :; }
    keep_configuration
    echo "${content}" >"$HOST/etc/postgresql.conf"
    echo "$HOST/etc/postgresql.conf" >>"$CHANGED"
    apply_configuration`;
  const env = { ...process.env, HOST: host };
  rmSync(here("told"), { force: true });
  const { status, stderr } = spawnSync("bash", ["-c", `${placed}\n${postgresql}\n${steps}`], { encoding: "utf8", env });
  const told = readFileSync(here("told"), "utf8").trim().split("\n");
  return { status, stderr: stderr.trim(), told, conf: readFileSync(here("etc/postgresql.conf"), "utf8").trim() };
}

describe("PostgreSQL's configuration", () => {
  it("is taken by a reload, or by a restart where that is needed", () => {
    expect(bring("small")).toEqual({ status: 0, stderr: "", told: ["reload"], conf: "small" });
    expect(bring("large")).toMatchObject({ status: 0, told: ["reload", "restart"], conf: "large" });
    expect(readFileSync(here("var/changed"), "utf8")).toBe("");
  });

  it("is the former one again when it is refused, and PostgreSQL goes on", () => {
    const { stderr, ...rest } = bring("wrong");
    expect(rest).toEqual({ status: 1, told: ["reload", "reload"], conf: "the former" });
    expect(stderr).toContain("line 1: syntax error");
  });

  it("is the former one again when PostgreSQL does not start with it, and PostgreSQL is started", () => {
    const { stderr, ...rest } = bring("deadly");
    expect(rest).toEqual({ status: 1, told: ["reload", "restart", "restart"], conf: "the former" });
    expect(stderr).toContain("it does not start");
    expect(bring("small")).toMatchObject({ status: 0, conf: "small" });
  });

  it("is put back to the last one that was taken, not to one of a run that was cut off", () => {
    writeFileSync(here("var/changed"), `${here("etc/postgresql.conf")}\n`);
    mkdirSync(here("var/postgresql"));
    for (const name of ["postgresql.conf", "pg_hba.conf"])
      writeFileSync(here(`var/postgresql/${name}`), "the last good\n");
    expect(bring("wrong")).toMatchObject({ status: 1, conf: "the last good" });
  });
});
