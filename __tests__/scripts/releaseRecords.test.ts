import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = (name: string) => join(__dirname, "../../scripts/python", name);

let scratch: string;
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), "trinode-records-"))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const python = (name: string, args: string[], input = "") =>
  spawnSync("python3", [script(name), ...args], { encoding: "utf8", input });

describe("variables that are changed on a server", () => {
  const file = () => join(scratch, "overrides.env");

  it("are taken from standard input as they are, but for the line's end, and are for root alone", () => {
    const value = 'a "b" $c\n\\d=é';
    expect(python("app_env.py", ["set", file(), "NAME"], `${value}\n`).status).toBe(0);
    expect(readFileSync(file(), "utf8")).toBe(`NAME=${value}\0`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it("count more than the configured ones", () => {
    python("app_env.py", ["set", join(scratch, "configured"), "A"], "1");
    python("app_env.py", ["set", join(scratch, "configured"), "B"], "2");
    python("app_env.py", ["set", file(), "B"], "3");
    expect(python("app_env.py", ["merge", join(scratch, "configured"), file()]).stdout).toBe("A=1\0B=3\0");
    expect(python("app_env.py", ["names", file()]).stdout).toBe("B\n");
    expect(python("app_env.py", ["unset", file(), "B"]).status).toBe(0);
    expect(python("app_env.py", ["merge", join(scratch, "configured"), file()]).stdout).toBe("A=1\0B=2\0");
  });

  it.each([
    [["set", "NO-NAME"], 'trinode: "NO-NAME" is not a variable\'s name. Use letters, digits and _, no digit first.'],
    [["unset", "OTHER"], 'trinode: "OTHER" was not changed on this server'],
  ])("are refused with a sentence: %j", ([verb = "", name = ""], sentence) => {
    const { status, stderr } = python("app_env.py", [verb, file(), name], "x");
    expect({ status, stderr: stderr.trim() }).toEqual({ status: 1, stderr: sentence });
  });
});

describe("what a way back needs", () => {
  const migration = (name: string, reason: string, reversible: boolean) => ({
    migration: `shop.${name}`,
    reason,
    reversible,
  });
  const check = (judged: object[], backup = "") => {
    const { status, stdout } = python(
      "release_say.py",
      ["rollback", "0123456789ab", "json", backup],
      JSON.stringify(judged),
    );
    return { status, ...(JSON.parse(stdout) as { modes: string[]; reasons: string[] }) };
  };

  it("is nothing where the database has nothing that the release does not know", () => {
    expect(check([])).toMatchObject({ status: 0, fits: true, modes: ["plain"], reasons: [] });
  });

  it("is nothing for a change that does no harm, though it could be taken back", () => {
    expect(check([migration("0002", "", true)])).toMatchObject({ status: 0, modes: ["plain", "migrate"] });
  });

  it("is a backup where a migration can't be taken back", () => {
    const judged = [migration("0002", "it changed data by code of its own", false)];
    expect(check(judged, "/before.dump")).toMatchObject({
      status: 1,
      reasons: ["shop.0002: it changed data by code of its own"],
      modes: ["restore"],
    });
    expect(check(judged)).toMatchObject({ status: 1, modes: [] });
  });
});
