import type { GitAccess } from "./git";

/** What git says when something is wrong, and what to do about it. The first that fits counts. */
const known: [said: RegExp, sentence: (access: GitAccess) => string][] = [
  [
    /host key verification failed|no .* host key is known/i,
    () =>
      "its SSH host key is not known. Compare `ssh-keyscan HOST` with what the host publishes, and put the line into trinode:app.git.knownHosts, or into ~/.ssh/known_hosts",
  ],
  [
    /permission denied \(|load key .*(invalid format|error in libcrypto)|incorrect passphrase/i,
    ({ key }) =>
      key === undefined
        ? "it lets none of your SSH keys in. Set trinode:app.git.key to the private half of a deploy key (pulumi config set --secret --path)"
        : "it does not let trinode:app.git.key in. Is its public half a deploy key there, and is it an unencrypted OpenSSH key?",
  ],
  [
    /authentication failed|could not read (username|password)|terminal prompts disabled|returned error: 40[13]|repository .*not found/i,
    ({ token }) =>
      token === undefined
        ? "there is no such repository, or it is private. For a private one, set trinode:app.git.token (pulumi config set --secret --path)"
        : "it does not let trinode:app.git.token in, or there is no such repository. The token must be allowed to read its contents",
  ],
  [
    /certificate|ssl/i,
    () =>
      "its certificate can't be verified. For an authority of your own, set trinode:app.git.ca to its certificate in PEM",
  ],
  [/could not resolve host/i, () => "there is no such host"],
  [/connection refused|timed out|couldn't connect|failed to connect/i, () => "its host does not answer"],
  [/transport '\w+' not allowed/i, () => "a submodule's address is neither https:// nor ssh://"],
];

interface Failed {
  code?: unknown;
  stderr?: string;
}

/** One sentence for a failed git; an error that is none of git's is its own sentence. */
export function explain(url: string, error: unknown, access: GitAccess): string {
  const { code, stderr } = error as Failed;
  if (code === "ENOENT") return "git is needed for this source, and is not installed. Install it (apt install git).";
  if (stderr === undefined) return error instanceof Error ? error.message : String(error);
  const [, sentence] = known.find(([said]) => said.test(stderr)) ?? [];
  if (sentence) return `${url} can't be fetched: ${sentence(access)}.`;
  const lines = stderr.trim().split("\n").filter(Boolean);
  return `${url} can't be fetched. git says: ${lines.slice(-3).join(" / ") || "nothing"}`;
}
