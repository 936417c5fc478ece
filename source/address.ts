/** A zip or a directory on this machine. */
export interface PathSource {
  kind: "path";
  path: string;
  /** Of the archive that it is packed to (`packRelease`); with it, it is pinned. */
  sha256?: string;
}

/** A repository. */
export interface GitSource {
  kind: "git";
  /** As git takes it: `https://…` or `ssh://…`. */
  url: string;
  /** Branch, tag or commit; `HEAD` is the repository's default branch. */
  ref: string;
  /** Of a pinned one: the branch or tag that its commit came from. */
  from?: string;
}

/**
 * What `app.source` may say: a path, `git+https://host/path@ref` or `git+ssh://git@host/path@ref`. Pinned, as `./site release`
 * writes it: `path#sha256=…`, `git+https://host/path@commit#ref=branch`. @throws Error with one sentence, without the key
 */
export function parseSource(text: string): PathSource | GitSource {
  if (/^git\+/.test(text)) return parseGit(text);
  if (/^(https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/.test(text))
    throw new Error(
      `"${shown(text)}" is an address. A repository is written git+https://host/path@ref or git+ssh://….`,
    );
  const [, path = text, sha256] = /^(.*)#sha256=(.*)$/.exec(text) ?? [];
  if (sha256 === undefined) return { kind: "path", path };
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new Error(`"${sha256}" is no SHA-256. Remove #sha256=…: what the path holds is deployed.`);
  return { kind: "path", path, sha256 };
}

function parseGit(text: string): GitSource {
  const [, scheme, authority = "", rest = ""] = /^git\+(\w+):\/\/([^/]*)\/?(.*)$/.exec(text) ?? [];
  if (scheme !== "https" && scheme !== "ssh")
    throw new Error(
      `"${shown(text)}" is neither git+https://… nor git+ssh://…. Others can be read or changed on the way.`,
    );
  const [, path = "", , ref = "HEAD", , fragment] = /^([^@#]*)(@(.*?))?(#(\w+=.*))?$/.exec(rest) ?? [];
  const [, from] = /^ref=(.+)$/.exec(fragment ?? "") ?? [];
  if (fragment !== undefined && from === undefined)
    throw new Error(`"#${fragment}" means nothing here. Where the project stands is said in trinode:app.directory.`);
  const url = `${scheme}://${authority}/${path}`;
  checkUrl(url, authority, path);
  for (const name of [ref, ...(from === undefined ? [] : [from])]) checkRef(name);
  return { kind: "git", url, ref, ...(from !== undefined && { from }) };
}

function checkUrl(url: string, authority: string, path: string): void {
  if (!URL.canParse(url) || path === "" || /\s/.test(url))
    throw new Error(
      `"${shown(url)}" is not a repository's address. Write git+https://host/path@ref, with a / after the host.`,
    );
  const { username, password, protocol } = new URL(url);
  if (password || (protocol === "https:" && username))
    throw new Error("has a login in it, which everybody could read. Put it into trinode:app.git.token, a secret.");
  if (authority.startsWith("-") || username.startsWith("-")) throw new Error(`"${url}" is not a repository's address.`);
}

/** As git checks them, more or less; what begins with a dash would be an option. */
function checkRef(ref: string): void {
  if (/^-|[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/$|\.lock$/u.test(ref))
    throw new Error(`"${ref}" is not the name of a branch, a tag or a commit.`);
}

/** Whether what is deployed can't change while the configuration doesn't. */
export function isPinned(source: PathSource | GitSource): boolean {
  return source.kind === "git" ? isCommit(source.ref) : source.sha256 !== undefined;
}

export function isCommit(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** The source as text, as `app.source` has it. */
export function formatSource(source: PathSource | GitSource): string {
  if (source.kind === "path") return source.sha256 ? `${source.path}#sha256=${source.sha256}` : source.path;
  const { url, ref, from } = source;
  return `git+${url}${ref === "HEAD" ? "" : `@${ref}`}${from === undefined ? "" : `#ref=${from}`}`;
}

/** What a pinned source was pinned from: what `./site release` without a source releases again. */
export function unpinned(text: string): string {
  const source = parseSource(text);
  if (source.kind === "path") return source.path;
  return formatSource({ kind: "git", url: source.url, ref: source.from ?? source.ref });
}

/** An address without what may be a password. */
function shown(text: string): string {
  return text.replace(/(:\/\/)[^/@]*:[^/@]*@/, "$1…@");
}
