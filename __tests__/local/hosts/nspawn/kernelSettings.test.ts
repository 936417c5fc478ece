import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { raiseSettings, restoreSettings } from "../../../../local/hosts/nspawn/kernelSettings";

let root: string;
beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), "settings-"))));
afterEach(() => fs.rmSync(root, { recursive: true }));

const file = (name: string) => path.join(root, name);
const settings = () => [
  { name: "low", file: file("low"), atLeast: 8192 },
  { name: "high", file: file("high"), atLeast: 1 },
];
const values = () => ["low", "high"].map((name) => fs.readFileSync(file(name), "utf8").trim());

describe("settings of this machine's kernel", () => {
  beforeEach(() => {
    fs.writeFileSync(file("low"), "128\n");
    fs.writeFileSync(file("high"), "2\n");
  });

  it("are raised where too low, and put back by the last instance that goes", () => {
    raiseSettings(1, file("registry"), settings());
    raiseSettings(2, file("registry"), settings());
    expect(values()).toEqual(["8192", "2"]);
    restoreSettings(1, file("registry"), settings());
    expect(values()).toEqual(["8192", "2"]);
    restoreSettings(2, file("registry"), settings());
    expect(values()).toEqual(["128", "2"]);
    expect(fs.existsSync(file("registry"))).toBe(false);
  });

  it("are left alone when nothing was up", () => {
    restoreSettings(1, file("registry"), settings());
    expect(values()).toEqual(["128", "2"]);
  });
});
