import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { installToolchain } from "../../toolchain/install";
import { cliArchive, pluginArchive, PLUGINS, PULUMI } from "../../toolchain/versions";
import { dependencies } from "../../package.json";
import { TestEngine, urn } from "./providers/base/client";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const script = (version: string) => `#!/bin/sh\necho v${version}\n`;

/** An archive as Pulumi makes them, of programs that only tell their version. */
async function writeArchive(file: string, programs: Record<string, string>): Promise<void> {
  const tar = pack();
  for (const [name, content] of Object.entries(programs)) tar.entry({ name, mode: 0o755 }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  writeFileSync(file, gzipSync(Buffer.concat(chunks)));
}

/** Starts a plugin as the engine does: its first line is the port that it listens on. */
async function withPlugin(plugin: string, use: (engine: TestEngine) => Promise<void>): Promise<void> {
  const child = spawn(plugin, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const engine = TestEngine.connect(Number(line.toString()));
    await engine.configure({});
    await use(engine);
    await engine.stop();
  } finally {
    child.kill("SIGKILL");
  }
}

const password = urn("random:index/randomPassword:RandomPassword", "it");
const makesPasswords = async (engine: TestEngine) => {
  const { outputs } = await engine.create(password, { length: 12 });
  expect(outputs.length).toBe(12);
};

describe("the toolchain", () => {
  let directory: string;
  let archives: string;
  let lines: string[];
  const before = { ...process.env };
  const install = () => installToolchain({ directory, archives, download: false, say: (line) => lines.push(line) });

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "trinode-toolchain-"));
    archives = path.join(directory, "archives");
    lines = [];
    mkdirSync(archives);
    process.env.TRINODE_PULUMI_HOME = path.join(directory, "other");
    await writeArchive(path.join(archives, cliArchive().file), {
      "pulumi/pulumi": script(PULUMI),
      "pulumi/pulumi-language-nodejs": script(PULUMI),
      "pulumi/pulumi-watch": "",
    });
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(directory, { recursive: true, force: true });
  });

  it("asks for exactly the plugins that the npm packages want", () => {
    const versions = Object.entries(PLUGINS).map(([name, version]) => [`@pulumi/${name}`, version]);
    expect(dependencies).toMatchObject(Object.fromEntries([["@pulumi/pulumi", PULUMI], ...versions]));
  });

  it("takes a folder's archives, stands in for what is not there, and says which way each part was had", async () => {
    await writeArchive(path.join(archives, pluginArchive("random").file), { "pulumi-resource-random": "#!/bin/sh\n" });
    const home = await install();
    expect(statSync(path.join(home.bin, "pulumi")).mode & 0o111).toBe(0o111);
    expect(readFileSync(home.pluginFile("random"), "utf8")).toBe("#!/bin/sh\n");
    expect(readFileSync(home.pluginFile("linode"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const said = lines.join("\n");
    expect(said).toMatch(/Pulumi 3\.246\.0: unpacked from your archive/);
    expect(said).toMatch(/plugin random 4\.21\.2: unpacked from your archive/);
    expect(said).toMatch(/plugin linode 5\.1\.1: stand-in from this project/);
    expect(home.pluginFolder("linode")).toMatch(/plugins\/resource-linode-v5\.1\.1$/);
  });

  it("leaves what is there alone the second time", async () => {
    const home = await install();
    const made = statSync(home.pluginFile("linode")).mtimeMs;
    rmSync(archives, { recursive: true });
    await install();
    expect(statSync(home.pluginFile("linode")).mtimeMs).toBe(made);
    expect(lines).toContain(`Pulumi ${PULUMI}: there (archive)`);
  });

  it("mends a plugin that was half removed", async () => {
    const home = await install();
    rmSync(home.pluginFile("linode"));
    await install();
    expect(statSync(home.pluginFile("linode")).size).toBeGreaterThan(1000);
  });

  it("starts a stand-in faster with what was compiled of it, and starts it all the same without", async () => {
    const home = await install();
    const cache = path.join(home.pluginFolder("random"), "provider.cache");
    expect(statSync(cache).size).toBeGreaterThan(100_000);
    await withPlugin(home.pluginFile("random"), makesPasswords);
    writeFileSync(cache, "of another Node.js");
    await withPlugin(home.pluginFile("random"), makesPasswords);
    rmSync(cache);
    await withPlugin(home.pluginFile("random"), makesPasswords);
  });

  it("has in a stand-in what is loaded when it is needed: SSH, PostgreSQL", async () => {
    const home = await install();
    const nobody = { host: "127.0.0.1", port: 1 };
    await withPlugin(home.pluginFile("command"), async (engine) => {
      const command = { connection: { ...nobody, user: "root", dialErrorLimit: 0, perDialTimeout: 1 }, create: "true" };
      await expect(engine.create(urn("command:remote:Command", "it"), command)).rejects.toThrow(
        /dial tcp 127\.0\.0\.1:1/,
      );
    });
    await withPlugin(home.pluginFile("postgresql"), async (engine) => {
      await engine.configure({ ...nobody, username: "root", password: "secret", sslmode: "disable" });
      const role = engine.create(urn("postgresql:index/role:Role", "it"), { name: "site" });
      await expect(role).rejects.toThrow(/error connecting to PostgreSQL server 127\.0\.0\.1/);
    });
  });

  it("refuses an archive that is not what its publisher's list says, and takes one that is", async () => {
    const { file, sums } = cliArchive();
    const list = path.join(archives, sums.file);
    writeFileSync(list, `${"0".repeat(64)}  ${file}\n`);
    await expect(install()).rejects.toThrow(/is not what its publisher's list says/);
    await writeArchive(path.join(archives, file), {
      "pulumi/pulumi": script(PULUMI),
      "pulumi/pulumi-language-nodejs": "",
    });
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path.join(archives, file))) hash.update(chunk as Buffer);
    writeFileSync(list, `${hash.digest("hex")}  ${file}\n`);
    await install();
    expect(lines.join("\n")).not.toMatch(/taken unchecked/);
  });

  it("refuses an archive of another version", async () => {
    await writeArchive(path.join(archives, cliArchive().file), {
      "pulumi/pulumi": script("3.0.0"),
      "pulumi/pulumi-language-nodejs": "",
    });
    await expect(install()).rejects.toThrow(/says that it is version 3\.0\.0, not 3\.246\.0/);
  });

  it("takes a Pulumi of the right version that is installed", async () => {
    const bin = path.join(directory, "installed");
    mkdirSync(bin);
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      writeFileSync(path.join(bin, name), script(PULUMI));
      chmodSync(path.join(bin, name), 0o755);
    }
    process.env.PATH = `${bin}${path.delimiter}${before.PATH ?? ""}`;
    const home = await install();
    expect(lines).toContain(`Pulumi ${PULUMI}: the one installed here (${bin})`);
    expect(readFileSync(path.join(home.bin, "pulumi"), "utf8")).toBe(script(PULUMI));
  });

  it("says what to install when Pulumi has to be built and Go is missing", async () => {
    rmSync(archives, { recursive: true });
    process.env.PATH = path.join(directory, "nothing");
    await expect(install()).rejects.toThrow(
      /Go is missing\. It can't be installed: this machine has no apt-get\nInstall it \(.*apt install golang-go/,
    );
  });
});
