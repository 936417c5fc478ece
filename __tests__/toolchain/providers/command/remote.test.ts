import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Archive, Asset, Properties, Secret } from "../../../../toolchain/providers/base";
import { provider } from "../../../../toolchain/providers/command/provider";
import { TestEngine, urn } from "../base/client";
import { newKey, publicLine, SshServer, SshServerOptions, startSshServer } from "./sshServer";

const command = urn("command:remote:Command", "run");
const copy = urn("command:remote:CopyToRemote", "copy");
const key = newKey();

let engine: TestEngine;
let servers: SshServer[];
let directory: string;

beforeEach(async () => {
  delete process.env["SSH_AUTH_SOCK"];
  engine = await TestEngine.start(provider);
  servers = [];
  directory = mkdtempSync(join(tmpdir(), "trinode-copy-"));
});

afterEach(async () => {
  await engine.stop();
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(directory, { recursive: true, force: true });
});

async function server(options: SshServerOptions = {}): Promise<SshServer> {
  const started = await startSshServer({ keys: [key], ...options });
  servers.push(started);
  return started;
}

function connection(to: { port: number }, more: Properties = {}): Secret {
  const limits = { dialErrorLimit: 0, perDialTimeout: 15 };
  return new Secret({
    host: "127.0.0.1",
    port: to.port,
    user: "root",
    privateKey: new Secret(key),
    ...limits,
    ...more,
  });
}

const run = (inputs: Properties) => engine.create(command, inputs);

describe("a remote command", () => {
  it("gets its input, and gives back what it wrote", async () => {
    const to = await server();
    const { id, outputs } = await run({
      connection: connection(to),
      create: "echo out; cat; echo err >&2",
      stdin: "in\n\n",
    });
    expect(id).toMatch(/^run[0-9a-f]{8}$/);
    expect(outputs).toMatchObject({ stdout: "out\nin\n", stderr: "err" });
  });

  it("fails with its status, its text and all it wrote", async () => {
    const to = await server();
    await expect(run({ connection: connection(to), create: 'echo "a"; exit 3' })).rejects.toThrow(
      'Process exited with status 3: running "echo \\"a\\"; exit 3":\na\n',
    );
    await expect(run({ connection: connection(to), create: "kill -9 $$" })).rejects.toThrow(
      "Process exited with status 137 from signal KILL",
    );
  });

  it("sets the variables that the server accepts, and fails for one that it refuses", async () => {
    const to = await server({ acceptEnv: ["A"] });
    const { outputs } = await run({ connection: connection(to), create: "echo $A", environment: { A: "1" } });
    expect(outputs["stdout"]).toBe("1");
    await expect(run({ connection: connection(to), create: "echo $B", environment: { B: "1" } })).rejects.toThrow(
      'could not set environment variable "B": ssh: setenv failed',
    );
  });

  it("learns at an update what it wrote before, unless told not to", async () => {
    const to = await server({ acceptEnv: ["PULUMI_COMMAND_STDOUT"] });
    const inputs = { connection: connection(to), create: "echo first" };
    const { id, outputs } = await run(inputs);
    const news = { ...inputs, update: "echo before: $PULUMI_COMMAND_STDOUT" };
    expect(await engine.update(command, id, { outputs, inputs: news })).toMatchObject({ stdout: "before: first" });
    const silent = { ...news, addPreviousOutputInEnv: false };
    expect(await engine.update(command, id, { outputs, inputs: silent })).toMatchObject({ stdout: "before:" });
  });

  it("runs its delete command, and only then is gone", async () => {
    const to = await server();
    const outputs = { connection: connection(to), delete: "exit 5", stdout: "", stderr: "" };
    await expect(engine.delete(command, "id", outputs)).rejects.toThrow("Process exited with status 5");
    await engine.delete(command, "id", { ...outputs, delete: "true" });
    expect(to.events).toContain("exec true");
  });

  it("takes a megabyte each way", async () => {
    const to = await server();
    const create = "wc -c; head -c 1000000 /dev/zero | tr '\\0' x | fold -w 1000";
    const { outputs } = await run({
      connection: connection(to),
      create,
      stdin: "y".repeat(1_000_000),
      logging: "none",
    });
    expect((outputs["stdout"] as string).startsWith("1000000\n")).toBe(true);
    expect((outputs["stdout"] as string).length).toBeGreaterThan(1_000_000);
  });

  it("ends with its connection when the operation is cancelled", async () => {
    const to = await server();
    const running = run({ connection: connection(to), create: "exec sleep 300" }).catch(
      (error: Error) => error.message,
    );
    await to.seen("exec exec sleep 300");
    await engine.cancel();
    expect(await running).toContain("cancel");
    await to.seen("closed");
  });
});

describe("a connection", () => {
  it("is made to the expected host key only", async () => {
    const to = await server();
    const good = connection(to, { hostKey: `${to.hostKey} me@there` });
    expect((await run({ connection: good, create: "echo yes" })).outputs["stdout"]).toBe("yes");
    const wrong = connection(to, { hostKey: publicLine(newKey()) });
    await expect(run({ connection: wrong, create: "true" })).rejects.toThrow("ssh: host key mismatch");
    expect(to.events.filter((event) => event === "login")).toHaveLength(1);
  });

  it("knows an RSA host key although servers no longer sign with SHA-1", async () => {
    const to = await server({ hostKey: newKey("rsa") });
    const { outputs } = await run({ connection: connection(to, { hostKey: to.hostKey }), create: "echo yes" });
    expect(outputs["stdout"]).toBe("yes");
  });

  it("logs in by password, and says how it tried when it may not", async () => {
    const to = await server({ password: "right" });
    const login = (password: string) =>
      run({ connection: connection(to, { privateKey: null, password: new Secret(password) }), create: "true" });
    await login("right");
    await expect(login("wrong")).rejects.toThrow(
      "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password",
    );
  });

  it("takes keys in PKCS#8 form, as other tools write them", async () => {
    const ed25519 = generateKeyPairSync("ed25519");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (const pair of [ed25519, rsa, ec]) {
      const pem = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
      const { readPrivateKey } = await import("../../../../toolchain/providers/command/privateKey");
      const own = readPrivateKey(pem);
      const to = await server({ keys: [`${own.type} ${own.getPublicSSH().toString("base64")}`] });
      await run({ connection: connection(to, { privateKey: new Secret(pem) }), create: "true" });
    }
  });

  it("is tried again as often as allowed, and no more", async () => {
    const to = await server({ refuse: 2 });
    await expect(run({ connection: connection(to, { dialErrorLimit: 1 }), create: "true" })).rejects.toThrow(
      "after 1 failed attempts: ssh: handshake failed",
    );
    const flaky = await server({ refuse: 2 });
    const { outputs } = await run({ connection: connection(flaky, { dialErrorLimit: 2 }), create: "echo there" });
    expect(outputs["stdout"]).toBe("there");
  });

  it("stops being tried when the operation is cancelled", async () => {
    const to = await server({ refuse: 1000 });
    const running = run({ connection: connection(to, { dialErrorLimit: -1 }), create: "true" }).catch(
      (error: Error) => error.message,
    );
    await to.seen("closed");
    await engine.cancel();
    expect(await running).toContain("cancel");
  });

  it("goes through a proxy", async () => {
    const [to, bastion] = [await server(), await server({ password: "jump" })];
    const proxy = {
      host: "127.0.0.1",
      port: bastion.port,
      user: "root",
      password: "jump",
      dialErrorLimit: 0,
      perDialTimeout: 15,
    };
    const { outputs } = await run({ connection: connection(to, { proxy }), create: "echo via" });
    expect(outputs["stdout"]).toBe("via");
    expect(bastion.events).toContain(`forward 127.0.0.1:${to.port}`);
    const shut = connection(to, { proxy: { ...proxy, password: "wrong" } });
    await expect(run({ connection: shut, create: "true" })).rejects.toThrow("proxy: after 0 failed attempts: ");
  });
});

describe("a copy", () => {
  const send = (to: SshServer, source: Asset | Archive, remotePath: string) =>
    engine.create(copy, { connection: connection(to), source, remotePath });

  it("writes a text, with the directories above it", async () => {
    const to = await server();
    const path = join(directory, "new/deep/text");
    await send(to, new Asset({ text: "hello" }), path);
    await send(to, new Asset({ text: "hi" }), path);
    expect(readFileSync(path, "utf8")).toBe("hi");
  });

  it("sends files and folders as they are", async () => {
    const to = await server();
    const source = join(directory, "source");
    mkdirSync(join(source, "sub"), { recursive: true });
    const bytes = Buffer.alloc(300_000, 7);
    writeFileSync(join(source, "sub/bytes"), bytes);
    writeFileSync(join(source, "empty"), "");
    await send(to, new Archive({ path: source }), join(directory, "one"));
    await send(to, new Archive({ path: `${source}/` }), join(directory, "two"));
    await send(to, new Asset({ path: join(source, "empty") }), join(directory, "three"));
    expect(readFileSync(join(directory, "one/source/sub/bytes")).equals(bytes)).toBe(true);
    expect(readFileSync(join(directory, "two/sub/bytes")).equals(bytes)).toBe(true);
    expect(statSync(join(directory, "three")).size).toBe(0);
  });

  it("does not write a folder over a file, nor a text over a folder", async () => {
    const to = await server();
    const file = join(directory, "file");
    writeFileSync(file, "mine");
    mkdirSync(join(directory, "folder"));
    await expect(send(to, new Archive({ path: join(directory, "folder") }), file)).rejects.toThrow();
    await expect(send(to, new Asset({ text: "x" }), join(directory, "folder"))).rejects.toThrow("is a directory");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("is made again only when what is copied, or where to, has changed", async () => {
    const to = await server();
    const inputs = { connection: connection(to), source: new Asset({ text: "a" }), remotePath: join(directory, "a") };
    const { id, outputs } = await engine.create(copy, inputs);
    rmSync(join(directory, "a"));
    await engine.update(copy, id, { outputs, inputs: { ...inputs, triggers: [1] } });
    expect(() => statSync(join(directory, "a"))).toThrow();
    await engine.update(copy, id, { outputs, inputs: { ...inputs, source: new Asset({ text: "b" }) } });
    expect(readFileSync(join(directory, "a"), "utf8")).toBe("b");
  });
});
