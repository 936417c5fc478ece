import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, gunzipSync } from "node:zlib";
import { packRelease } from "../../source/archive";

let scratch: string;
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), "trinode-archive-"))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const site = { "manage.py": "print(1)\n", "config/wsgi.py": "application = 1\n", "config/settings.py": "" };
const pack = (source: string) => packRelease(join(scratch, source), join(scratch, "out"));

function directory(name: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(scratch, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** A zip of stored files; a Unix mode goes where zip programs put it. */
function zip(name: string, files: Record<string, string>, modes: Record<string, number> = {}): void {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [fileName, data] = [Buffer.from(path), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, fileName, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((modes[path] ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, tail, fileName]));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  writeFileSync(join(scratch, name), Buffer.concat([...parts, list, Buffer.from("PK\x05\x06"), end]));
}

describe("a site's source", () => {
  it("is the same archive as a directory, copied elsewhere, and as a zip with one top folder", async () => {
    directory("site", site);
    cpSync(join(scratch, "site"), join(scratch, "copy"), { recursive: true });
    zip("site.zip", Object.fromEntries(Object.entries(site).map(([path, text]) => [`site-1.0/${path}`, text])));
    const packed = [await pack("site"), await pack("copy"), await pack("site.zip")];
    expect(new Set(packed.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(packed[0]?.names).toEqual(["config/settings.py", "config/wsgi.py", "manage.py"]);
  });

  it("is another archive when a byte or a mode changes", async () => {
    directory("site", site);
    const before = await pack("site");
    chmodSync(join(scratch, "site/manage.py"), 0o755);
    const executable = await pack("site");
    writeFileSync(join(scratch, "site/manage.py"), "print(2)\n");
    const changed = await pack("site");
    expect(new Set([before, executable, changed].map(({ sha256 }) => sha256)).size).toBe(3);
  });

  it("arrives whole: its checksum is that of the tar in the gzip", async () => {
    directory("site", site);
    const { path, sha256 } = await pack("site");
    const tar = gunzipSync(readFileSync(path));
    expect(createHash("sha256").update(tar).digest("hex")).toBe(sha256);
  });

  it("leaves version control, caches and other machines' environments behind", async () => {
    directory("site", {
      ...site,
      ".git/HEAD": "x",
      "config/__pycache__/wsgi.cpython-313.pyc": "x",
      "node_modules/a/index.js": "x",
      ".venv/bin/python": "x",
      "logs/.keep": "",
    });
    expect((await pack("site")).names).toEqual([...Object.keys(site).sort().slice(0, 2), "logs/.keep", "manage.py"]);
  });

  it("keeps links that stay inside and refuses those that leave, in directories and zips", async () => {
    directory("site", site);
    symlinkSync("manage.py", join(scratch, "site/run.py"));
    expect((await pack("site")).names).toContain("run.py");
    symlinkSync("/etc/passwd", join(scratch, "site/passwd"));
    await expect(pack("site")).rejects.toThrow('holds the link "passwd" to "/etc/passwd", outside of it');
    zip("evil.zip", { ...site, passwd: "../../etc/passwd" }, { passwd: 0o120777 });
    await expect(pack("evil.zip")).rejects.toThrow('holds the link "passwd" to "../../etc/passwd", outside of it');
  });

  it.each(["../evil.py", "/evil.py", "config/../../evil.py", "..\\evil.py"])(
    "is refused when a zip holds %s",
    async (path) => {
      zip("evil.zip", { ...site, [path]: "x" });
      await expect(pack("evil.zip")).rejects.toThrow(
        /^trinode:app\.source: .*evil\.zip can't be unpacked: (invalid relative|absolute) path: .*evil\.py\.$/,
      );
    },
  );

  it("is refused when a zip says less than it holds", async () => {
    zip("bomb.zip", { "a.py": "x".repeat(1000) });
    const bytes = readFileSync(join(scratch, "bomb.zip"));
    const central = bytes.lastIndexOf("PK\x01\x02");
    bytes.writeUInt32LE(10, central + 24);
    writeFileSync(join(scratch, "bomb.zip"), bytes);
    await expect(pack("bomb.zip")).rejects.toThrow(/^trinode:app\.source: .*bomb\.zip can't be unpacked: /);
  });

  it("is refused with a sentence when it is no zip, or not there", async () => {
    writeFileSync(join(scratch, "site.zip"), "hello");
    await expect(pack("site.zip")).rejects.toThrow(/site\.zip can't be unpacked: .* Is it a zip\?$/);
    await expect(pack("nowhere")).rejects.toThrow(/^trinode:app\.source: there is no ".*nowhere"/);
  });
});
