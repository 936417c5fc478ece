import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packSource, resolveSource } from "../../source/resolve";
import { GitServer, Repository } from "./gitServer";

const site = { "manage.py": "print(1)\n", "config/wsgi.py": "application = 1\n", "config/settings.py": "" };
const TOKEN = "hunter2-hunter2";

jest.setTimeout(120_000);

let scratch: string;
let server: GitServer;
let repository: Repository;
let address: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "trinode-git-test-"));
  server = new GitServer(join(scratch, "repositories"), TOKEN);
  await server.start();
  repository = new Repository(server, "site");
  address = server.address("site");
});
afterAll(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const access = (more: object = {}) => ({ token: TOKEN, ca: server.ca, ...more });
const out = () => join(scratch, "stack");
const resolve = (ref: string, more?: object) => resolveSource(`${address}${ref}`, access(more), out());
const pack = (source: string, more?: object) => packSource(source, access(more), out());

describe("a repository's ref", () => {
  it("is pinned to its commit: a branch, a branch with a slash, a tag, an annotated tag, the default branch", async () => {
    const first = repository.commit(site, "branch -f feature/shop", "tag -f light", "tag -f -a -m one v1.0");
    const second = repository.commit({ "manage.py": "print(2)\n" });
    expect(await resolve("@main")).toBe(`${address}@${second}#ref=main`);
    expect(await resolve("")).toBe(`${address}@${second}#ref=HEAD`);
    for (const ref of ["feature/shop", "light", "v1.0", "refs/tags/v1.0"])
      expect(await resolve(`@${ref}`)).toBe(`${address}@${first}#ref=${ref}`);
  });

  it("that is a commit already stays as it is, and its first digits are made whole", async () => {
    const commit = repository.commit({ "manage.py": "print(3)\n" });
    expect(await resolve(`@${commit}`)).toBe(`${address}@${commit}`);
    expect(await resolve(`@${commit.slice(0, 9)}`)).toBe(`${address}@${commit}#ref=${commit.slice(0, 9)}`);
  });

  it("that is both a branch and a tag, or neither, is refused", async () => {
    repository.commit({}, "branch -f both", "tag -f both HEAD~1");
    await expect(resolve("@both")).rejects.toThrow(
      '"both" is both a branch and a tag. Write refs/heads/both or refs/tags/both.',
    );
    await expect(resolve("@nothing")).rejects.toThrow(
      /^trinode:app\.source: .* has no branch, tag or commit "nothing"/,
    );
  });
});

describe("a repository", () => {
  it("is packed as it was at its commit, and says which", async () => {
    const commit = repository.commit({ "manage.py": "print('old')\n" });
    repository.commit({ "manage.py": "print('new')\n", "extra.py": "" });
    const packed = await pack(`${address}@${commit}#ref=main`);
    expect(packed).toMatchObject({ commit, names: Object.keys(site).sort() });
  });

  it("is not asked again for a commit that is here", async () => {
    const commit = repository.commit({ "manage.py": "print('once')\n" });
    const first = await pack(`${address}@${commit}`);
    const before = server.asked.length;
    expect(await pack(`${address}@${commit}`)).toEqual(first);
    expect(server.asked.length).toBe(before);
  });

  it("is not deployed at a branch: the sentence says what to write", async () => {
    const commit = repository.commit({});
    await expect(pack(`${address}@main`)).rejects.toThrow(
      `trinode:app.source: "main" of ${address.slice(4)} can mean another commit tomorrow, so pulumi up does not deploy it. Run ./site release, or set it to ${address}@${commit}#ref=main`,
    );
  });

  it("brings its submodules along, at their commits", async () => {
    const library = new Repository(server, "library").commit({ "library/__init__.py": "x = 1\n" });
    const submodule = '[submodule "vendor/library"]\n\tpath = vendor/library\n\turl = ../library.git\n';
    repository.commit({ ".gitmodules": submodule });
    repository.git("update-index", "--add", "--cacheinfo", `160000,${library},vendor/library`);
    repository.git("commit", "--quiet", "--message", "A submodule");
    const commit = repository.push();
    expect((await pack(`${address}@${commit}`)).names).toContain("vendor/library/library/__init__.py");
    repository.git("rm", "--quiet", "--cached", "vendor/library", ".gitmodules");
    rmSync(join(server.directory, "site.tree/.gitmodules"));
    expect((await pack(`${address}@${repository.commit({})}`)).names).not.toContain(
      "vendor/library/library/__init__.py",
    );
  });

  it("with a file in Git LFS is refused", async () => {
    const commit = repository.commit({
      "big.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    });
    await expect(pack(`${address}@${commit}`)).rejects.toThrow(
      /holds "big\.bin" as a mere reference to Git LFS\. Deploy a zip or a directory/,
    );
    rmSync(join(server.directory, "site.tree/big.bin"));
    repository.commit({});
  });

  it("runs no hook of the operator's, and leaves nothing of an earlier commit behind", async () => {
    const commit = repository.commit({ "gone.py": "" });
    await pack(`${address}@${commit}`);
    rmSync(join(server.directory, "site.tree/gone.py"));
    expect((await pack(`${address}@${repository.commit({})}`)).names).not.toContain("gone.py");
  });
});

describe("a private repository", () => {
  it("gets the token, and no other host does", async () => {
    repository.commit({});
    server.asked.length = 0;
    await resolve("@main", { user: "deploy" });
    expect(server.asked.at(-1)).toMatch(new RegExp(`^deploy:${TOKEN} /site\\.git/`));
  });

  it("leaves no secret on the disk", async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => /^trinode-git-(?!test)/.test(name));
    const before = left();
    await resolve("@main", { key: "-----BEGIN OPENSSH PRIVATE KEY-----\n" });
    expect(left()).toEqual(before);
    const found = readdirSync(out(), { recursive: true, encoding: "utf8" });
    const kept = found.filter((name) => name.endsWith(".git/config"));
    expect(kept.length).toBeGreaterThan(0);
    for (const name of kept) expect(readFileSync(join(out(), name), "utf8")).not.toContain(TOKEN);
  });

  it.each([
    [
      "no token",
      { token: undefined },
      /there is no such repository, or it is private\. .* set trinode:app\.git\.token/,
    ],
    ["a wrong token", { token: "wrong" }, /it does not let trinode:app\.git\.token in, or there is no such repository/],
    [
      "an authority that nobody knows",
      { ca: undefined },
      /its certificate can't be verified\. .* trinode:app\.git\.ca/,
    ],
  ])("is refused with %s, and with a sentence", async (_, more, sentence) => {
    await expect(resolve("@main", more)).rejects.toThrow(sentence);
    await expect(resolve("@main", more)).rejects.not.toThrow(TOKEN);
  });

  it("that is not there, or whose host is not, has a sentence of its own", async () => {
    await expect(resolveSource(`${server.address("other")}@main`, access(), out())).rejects.toThrow(
      "there is no such repository",
    );
    await expect(resolveSource("git+https://localhost:1/a@main", {}, out())).rejects.toThrow(
      "its host does not answer",
    );
  });
});

describe("a repository over SSH", () => {
  const path = process.env.PATH;
  afterEach(() => (process.env.PATH = path));

  /** An `ssh` that keeps what it was given, and serves the repository from here. */
  function fakeSsh(script: string): void {
    mkdirSync(join(scratch, "bin"), { recursive: true });
    writeFileSync(join(scratch, "bin/ssh"), `#!/bin/bash\n${script}\n`);
    chmodSync(join(scratch, "bin/ssh"), 0o755);
    process.env.PATH = `${join(scratch, "bin")}:${path}`;
  }

  it("is reached with the deploy key alone, and only when its host is known", async () => {
    const commit = repository.commit({});
    fakeSsh(`printf '%s\\n' "$@" >'${scratch}/words'
for word in "$@"; do
  case $word in
    IdentityFile=*) stat -c %a "\${word#*=}" >'${scratch}/mode'; cat "\${word#*=}" >'${scratch}/key' ;;
    UserKnownHostsFile=*) cat "\${word#*=}" >'${scratch}/known' ;;
  esac
done
exec git upload-pack '${server.directory}/site.git'`);
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n";
    const source = "git+ssh://git@git.example.org:2222/site.git@main";
    expect(await resolveSource(source, { key, knownHosts: "git.example.org ssh-ed25519 AAAA" }, out())).toBe(
      `git+ssh://git@git.example.org:2222/site.git@${commit}#ref=main`,
    );
    const words = readFileSync(join(scratch, "words"), "utf8").split("\n");
    for (const word of [
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "2222",
      "git@git.example.org",
    ])
      expect(words).toContain(word);
    expect(readFileSync(join(scratch, "mode"), "utf8")).toBe("600\n");
    expect(readFileSync(join(scratch, "key"), "utf8")).toBe(key);
    expect(readFileSync(join(scratch, "known"), "utf8")).toBe("git.example.org ssh-ed25519 AAAA\n");
    const file = words.find((word) => word.startsWith("IdentityFile="))?.slice("IdentityFile=".length) ?? "";
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["Host key verification failed.", "its SSH host key is not known. Compare `ssh-keyscan HOST`"],
    ["git@h: Permission denied (publickey).", "it lets none of your SSH keys in. Set trinode:app.git.key"],
  ])("says what to do about: %s", async (said, sentence) => {
    fakeSsh(`echo '${said}' >&2; exit 255`);
    await expect(resolveSource("git+ssh://git@h/site.git@main", {}, out())).rejects.toThrow(sentence);
  });
});

describe("a directory that was released", () => {
  const directory = () => join(scratch, "directory");
  beforeEach(() => {
    rmSync(directory(), { recursive: true, force: true });
    for (const [name, text] of Object.entries(site)) {
      mkdirSync(join(directory(), name, ".."), { recursive: true });
      writeFileSync(join(directory(), name), text);
    }
  });

  it("stays what is deployed when it has changed since", async () => {
    const pinned = await resolveSource(directory(), {}, out());
    expect(pinned).toMatch(/directory#sha256=[0-9a-f]{64}$/);
    const released = await pack(pinned);
    writeFileSync(join(directory(), "manage.py"), "print('changed')\n");
    expect(await pack(pinned)).toEqual(released);
    expect((await pack(directory())).sha256).not.toBe(released.sha256);
  });

  it("has to be released again where its archive is gone, or broken", async () => {
    const pinned = await resolveSource(directory(), {}, out());
    const { path } = await pack(pinned);
    writeFileSync(join(directory(), "manage.py"), "print('changed')\n");
    writeFileSync(path, "half");
    await expect(pack(pinned)).rejects.toThrow("has changed since it was released. Run ./site release");
  });
});
