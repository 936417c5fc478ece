import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "../../scripts/lib");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trinode-acme-"));
  for (const made of ["etc", "var", "run"]) mkdirSync(join(directory, made));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs lines of shell after the libraries, with a host's directories inside ours. */
function shell(lines: string, environment: Record<string, string> = {}) {
  const places = readPlaces("common.sh", "files.sh", "tls.sh", "acme.sh");
  const settings = "MODE=letsencrypt SERVER=https://ca.example/dir WANTED_NAMES=(a.example b.example)\n";
  const { PATH = "" } = process.env;
  const run = spawnSync("bash", ["--norc", "-c", `${places}\n${settings}${lines}`], {
    encoding: "utf8",
    env: { PATH, ...environment },
  });
  return { status: run.status, out: run.stdout.trim(), err: run.stderr.trim() };
}

function readPlaces(...names: string[]): string {
  return names
    .map((name) => readFileSync(join(lib, name), "utf8"))
    .join("\n")
    .replaceAll("/etc/trinode", join(directory, "etc"))
    .replaceAll("/var/lib/trinode", join(directory, "var"))
    .replaceAll("/run/trinode", join(directory, "run/trinode"));
}

/** A live certificate of which so much is left, in parts of its lifetime of ten days. */
function live({ origin = "https://ca.example/dir", names = "a.example b.example", left = 0.9 } = {}): string {
  const [from, until] = [left - 1, left].map((part) => Math.round(Date.now() / 1000 + part * 864_000));
  return `
    live_origin() { echo ${origin}; }
    live_names() { printf '%s\\n' ${names}; }
    epoch_of() { if [[ $1 == startdate ]]; then echo ${from}; else echo ${until}; fi; }
    wanted_names() { printf '%s\\n' "\${WANTED_NAMES[@]}" | sort -u; }
    find_pointing() { read -ra pointing <<<"$POINTING"; read -ra missing <<<"$MISSING"; }
    tell_records() { echo "told $*"; }
    order() { echo "ordered $*"; }
    self_signed() { echo "signed $*"; }
  `;
}

const ensure = (state: Parameters<typeof live>[0], pointing: string, missing = "", environment = {}) =>
  shell(`${live(state)} ensure_issued`, { POINTING: pointing, MISSING: missing, ...environment }).out.split("\n");

describe("a certificate of an authority", () => {
  it("is left alone while it is good: nobody is asked anything", () => {
    expect(ensure({}, "")).toEqual([""]);
    expect(ensure({ left: 0.34 }, "")).toEqual([""]);
  });

  it("is ordered in place of a self-signed one, for all names that point here", () => {
    expect(ensure({ origin: "selfsigned" }, "a.example b.example")).toEqual(["ordered a.example b.example"]);
    expect(ensure({ origin: "selfsigned" }, "a.example", "b.example")).toEqual(["told b.example", "ordered a.example"]);
  });

  it("is not asked for while no name points here; visitors see the right names meanwhile", () => {
    const changed = { origin: "selfsigned", names: "old.example" };
    expect(ensure(changed, "", "a.example b.example")).toEqual([
      "signed a.example b.example",
      "told a.example b.example",
    ]);
  });

  it("is renewed when less than a third of its lifetime is left", () => {
    expect(ensure({ left: 0.33 }, "a.example b.example")).toEqual(["ordered a.example b.example"]);
  });

  it("is not renewed without a name that points elsewhere for a while, until time runs out", () => {
    expect(ensure({ left: 0.3 }, "a.example", "b.example")).toEqual(["told b.example"]);
    expect(ensure({ left: 0.1 }, "a.example", "b.example")).toEqual(["told b.example", "ordered a.example"]);
  });

  it("is issued again for a name more and a name less", () => {
    expect(ensure({ names: "a.example" }, "a.example b.example")).toEqual(["ordered a.example b.example"]);
    expect(ensure({ names: "a.example b.example c.example" }, "a.example b.example")).toEqual([
      "ordered a.example b.example",
    ]);
    expect(ensure({ names: "a.example" }, "a.example", "b.example")).toEqual(["told b.example"]);
  });

  it("is ordered from another authority when the configuration names another", () => {
    expect(ensure({ origin: "https://old.example/dir" }, "a.example b.example")).toEqual([
      "ordered a.example b.example",
    ]);
  });
});

describe("after failed orders", () => {
  const ago = (...minutes: number[]) =>
    writeFileSync(
      join(directory, "var/acme-failures"),
      minutes.map((m) => `${Math.round(Date.now() / 1000 - m * 60)}\n`).join(""),
    );
  const due = (environment = {}) => ensure({ origin: "selfsigned" }, "a.example b.example", "", environment);
  const ordered = ["ordered a.example b.example"];

  it("the authority is left in peace for 15 minutes, then 30, up to four hours", () => {
    ago(14);
    expect(due()).toEqual([""]);
    ago(16);
    expect(due()).toEqual(ordered);
    ago(46, 29);
    expect(due()).toEqual([""]);
    ago(900, 800, 700, 600, 500, 400, 239);
    expect(due()).toEqual([""]);
    ago(900, 800, 700, 600, 500, 400, 241);
    expect(due()).toEqual(ordered);
  });

  it("`pulumi up` asks at once, but never more often than the authority allows", () => {
    const step = { TRINODE_BUNDLE: "/nowhere" };
    ago(1);
    expect(due(step)).toEqual(ordered);
    ago(50, 30, 20, 1);
    expect(due(step)).toEqual([""]);
  });
});

describe("certificates on disk", () => {
  const show = `describe_live; readlink "$TLS/live"; cat "$CHANGED"`;

  it("are there at once, self-signed for all names, with a key that only root reads", () => {
    const { out, status, err } = shell(`self_signed "\${WANTED_NAMES[@]}"; stat -c %a "$TLS/live/key.pem"; ${show}`);
    expect([status, err]).toEqual([0, ""]);
    const [mode, description = ""] = out.split("\n");
    expect(mode).toBe("600");
    expect(JSON.parse(description)).toMatchObject({ origin: "selfsigned", names: ["a.example", "b.example"] });
  });

  it("move to the machine that takes this one's place, with the account", () => {
    const seed = shell(`
      self_signed a.example; mkdir -p "$ACME_HOME/accounts"; echo key > "$ACME_HOME/accounts/one"
      export_seed
      openssl x509 -in "$TLS/live/fullchain.pem" -noout -fingerprint >&2; rm -rf "$TLS" "$ACME_HOME"`);
    const taken = shell(
      `restore_seed "$SEED" 2>/dev/null; openssl x509 -in "$TLS/live/fullchain.pem" -noout -fingerprint; cat "$ACME_HOME/accounts/one"`,
      { SEED: seed.out },
    );
    expect(taken.out.split("\n")).toEqual([seed.err, "key"]);
  });

  it.each(["", "bm8gdGFy"])("are made anew when there is nothing to start with (%j)", (seed) => {
    const { out } = shell(`restore_seed "$SEED" 2>/dev/null || echo none; ls "$TLS" 2>/dev/null | wc -l`, {
      SEED: seed,
    });
    expect(out.split("\n")).toEqual(["none", "0"]);
  });

  it("are never put in place without their own key", () => {
    const { status, err, out } = shell(`
      self_signed a.example; before=$(readlink "$TLS/live"); echo "$before"
      next=$(new_certificate provided); cp "$TLS/live/fullchain.pem" "$next/"
      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$next/key.pem"
      (make_live "$next") || readlink "$TLS/live"`);
    expect(status).toBe(0);
    expect(err).toMatch(/do not belong together/);
    expect(new Set(out.split("\n")).size).toBe(1);
  });
});
