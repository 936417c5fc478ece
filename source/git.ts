import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type GitSource, isCommit } from "./address";
import { explain } from "./gitErrors";

/** How a private repository is reached. Nothing of it leaves this machine but to the repository's own host. */
export interface GitAccess {
  /** Private half of a deploy key, unencrypted OpenSSH. @default what ssh has: its agent, the operator's keys */
  key?: string | undefined;
  /** Token for https. @default what git has: its credential helpers */
  token?: string | undefined;
  /** Login that goes with the token. @default "x-access-token", which GitHub and GitLab take for any token */
  user?: string | undefined;
  /** Lines as in `~/.ssh/known_hosts`. @default that file; a host that is in neither is not trusted */
  knownHosts?: string | undefined;
  /** PEM of an authority of one's own, for https. @default the machine's */
  ca?: string | undefined;
}

/** Runs git with these words in the repository. @throws Error with a sentence */
type Git = (...words: string[]) => Promise<string>;

/** The commit that a branch, a tag or a commit stands for now. @throws Error with one sentence, naming the key */
export function resolveCommit(source: GitSource, access: GitAccess, directory: string): Promise<string> {
  const { ref } = source;
  if (isCommit(ref)) return Promise.resolve(ref);
  return withGit(source, access, directory, async (git) => {
    const names = ref === "HEAD" || ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
    const listed = await git("ls-remote", "origin", ...names, ...names.map((name) => `${name}^{}`));
    const commits = new Map(listed.split("\n").map((line) => line.split("\t").reverse() as [string, string]));
    const found = names.flatMap((name) => commits.get(`${name}^{}`) ?? commits.get(name) ?? []);
    if (new Set(found).size > 1)
      throw new Error(`"${ref}" is both a branch and a tag. Write refs/heads/${ref} or refs/tags/${ref}.`);
    return found[0] ?? (/^[0-9a-f]{7,39}$/.test(ref) ? findShort(git, ref) : noSuch(source));
  });
}

/** Only a repository that is here whole knows what the beginning of a commit stands for. */
async function findShort(git: Git, ref: string): Promise<string> {
  await fetchAll(git);
  return (await git("rev-parse", "--verify", `${ref}^{commit}`)).trim();
}

function noSuch({ ref, url }: GitSource): never {
  throw new Error(`${url} has no branch, tag or commit "${ref}". Look at its name, and whether it was pushed.`);
}

/** A commit's files with its submodules', in a directory below this one; what is there already is not fetched again. */
export function checkOut(source: GitSource, access: GitAccess, directory: string): Promise<string> {
  return withGit(source, access, directory, async (git, tree) => {
    const { ref: commit } = source;
    const there = () =>
      git("cat-file", "-e", `${commit}^{commit}`).then(
        () => true,
        () => false,
      );
    if (!(await there()))
      await git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", commit).catch(() => fetchAll(git));
    if (!(await there())) noSuch(source);
    await git("checkout", "--quiet", "--force", "--detach", commit);
    await git("clean", "--quiet", "-ffdx");
    await git("submodule", "--quiet", "sync", "--recursive");
    await git("submodule", "--quiet", "update", "--init", "--recursive", "--force", "--depth=1");
    return tree;
  });
}

/** Servers need not give single commits: then all that they have. */
async function fetchAll(git: Git): Promise<void> {
  const whole = (await git("rev-parse", "--is-shallow-repository")).trim() === "true" ? ["--unshallow"] : [];
  await git("fetch", "--quiet", "--tags", "--force", ...whole, "origin", "+refs/heads/*:refs/remotes/origin/*");
}

/** With a repository of its own for each address, and with what gives access to it for as long as git runs. */
async function withGit<Result>(
  { url }: GitSource,
  access: GitAccess,
  directory: string,
  work: (git: Git, tree: string) => Promise<Result>,
): Promise<Result> {
  const tree = join(directory, "git", createHash("sha256").update(url).digest("hex").slice(0, 16));
  const secrets = mkdtempSync(join(tmpdir(), "trinode-git-"));
  const run = promisify(execFile);
  try {
    const env = { ...withoutGit(process.env, access), ...accessEnvironment(url, access, secrets) };
    const git: Git = async (...words) => {
      const { stdout } = await run("git", words, { cwd: tree, env, maxBuffer: 64 << 20 });
      return stdout;
    };
    mkdirSync(tree, { recursive: true });
    await git("init", "--quiet");
    await git("config", "remote.origin.url", url);
    return await work(git, tree);
  } catch (error) {
    throw new Error(`trinode:app.source: ${explain(url, error, access)}`, { cause: error });
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

/** A hook that runs us may have set GIT_DIR and more. What the configuration says goes before what the environment does. */
function withoutGit(env: NodeJS.ProcessEnv, { ca }: GitAccess): NodeJS.ProcessEnv {
  const kept = ca === undefined ? /^GIT_(TRACE|SSL|PROXY|HTTP)/ : /^GIT_(TRACE|PROXY|HTTP)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || kept.test(name)));
}

/** Secrets are in the environment of git alone, or in files of a directory that only we can read. */
function accessEnvironment(url: string, access: GitAccess, secrets: string): Record<string, string> {
  const { token, user = "x-access-token", ca } = access;
  const { protocol, origin } = new URL(url);
  const settings: [string, string][] = [
    // The same files wherever they are checked out, and nothing of the repository's that is run.
    ["core.hooksPath", "/dev/null"],
    ["core.autocrlf", "false"],
    ["core.symlinks", "true"],
    ["advice.detachedHead", "false"],
    ["protocol.allow", "never"],
    ["protocol.https.allow", "always"],
    ["protocol.ssh.allow", "always"],
  ];
  if (ca !== undefined) settings.push([`http.${origin}.sslCAInfo`, secretFile(secrets, "ca.pem", ca)]);
  if (token !== undefined && protocol === "https:")
    settings.push(
      [`credential.${origin}.helper`, ""],
      [
        `credential.${origin}.helper`,
        `!printf 'username=%s\\npassword=%s\\n' "$TRINODE_GIT_USER" "$TRINODE_GIT_TOKEN" #`,
      ],
    );
  return {
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_SSH_COMMAND: sshCommand(access, secrets),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
    ...(token !== undefined && { TRINODE_GIT_USER: user, TRINODE_GIT_TOKEN: token }),
  };
}

/** Only hosts that are known already, and nobody is asked anything. */
function sshCommand({ key, knownHosts }: GitAccess, secrets: string): string {
  const options = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=15"];
  if (key !== undefined) options.push("IdentitiesOnly=yes", `IdentityFile=${secretFile(secrets, "key", key)}`);
  if (knownHosts !== undefined)
    options.push(
      `UserKnownHostsFile=${secretFile(secrets, "known_hosts", knownHosts)}`,
      "GlobalKnownHostsFile=/dev/null",
    );
  return ["ssh", ...options.map((option) => `-o '${option}'`)].join(" ");
}

/** A directory of mkdtemp is its owner's alone. */
function secretFile(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
  return path;
}
