import { formatSource, isPinned, parseSource, unpinned } from "../../source/address";

const commit = "0123456789abcdef0123456789abcdef01234567";
const sha256 = "a".repeat(64);

describe("a source's address", () => {
  it.each([
    ["site.zip", { kind: "path", path: "site.zip" }],
    ["site@2.zip", { kind: "path", path: "site@2.zip" }],
    [`./site#sha256=${sha256}`, { kind: "path", path: "./site", sha256 }],
    ["git+https://github.com/a/b.git@main", { kind: "git", url: "https://github.com/a/b.git", ref: "main" }],
    ["git+https://github.com/a/b", { kind: "git", url: "https://github.com/a/b", ref: "HEAD" }],
    [
      "git+ssh://git@host:2222/a/b.git@feature/x@2",
      { kind: "git", url: "ssh://git@host:2222/a/b.git", ref: "feature/x@2" },
    ],
    [
      `git+https://host/a@${commit}#ref=release/2`,
      { kind: "git", url: "https://host/a", ref: commit, from: "release/2" },
    ],
  ])("%s is understood, and written the same", (text, source) => {
    expect(parseSource(text)).toEqual(source);
    expect(formatSource(parseSource(text))).toBe(text);
  });

  it.each([
    ["https://host/site.zip", "is an address. A repository is written git+https://host/path@ref"],
    ["git@github.com:a/b.git", "is an address. A repository is written git+https://host/path@ref"],
    ["git+http://host/a", "is neither git+https://… nor git+ssh://…"],
    ["git+ssh://git@github.com:a/b.git", "with a / after the host"],
    ["git+https://host", "is not a repository's address"],
    ["git+https://user:hunter2@host/a", "has a login in it"],
    ["git+https://hunter2@host/a", "has a login in it"],
    ["git+http://user:hunter2@host/a", "git+http://…@host/a"],
    ["git+https://host/a@--upload-pack=x", "is not the name of a branch, a tag or a commit"],
    ["git+https://host/a@a..b", "is not the name of a branch, a tag or a commit"],
    ["git+https://host/a@main#egg=x", "means nothing here"],
    ["site.zip#sha256=1", "is no SHA-256"],
  ])("%s is refused, and no secret is repeated", (text, sentence) => {
    expect(() => parseSource(text)).toThrow(sentence);
    expect(() => parseSource(text)).not.toThrow("hunter2");
  });

  it("is pinned when nothing but the configuration can change what it means", () => {
    expect(
      ["a.zip", "git+https://h/a@main", "git+https://h/a@0123456"].map((text) => isPinned(parseSource(text))),
    ).toEqual([false, false, false]);
    expect(isPinned(parseSource(`git+https://h/a@${commit}`))).toBe(true);
    expect(isPinned(parseSource(`a.zip#sha256=${sha256}`))).toBe(true);
  });

  it("is what it was pinned from when it is released again", () => {
    expect(unpinned(`git+https://h/a@${commit}#ref=main`)).toBe("git+https://h/a@main");
    expect(unpinned(`git+https://h/a@${commit}#ref=HEAD`)).toBe("git+https://h/a");
    expect(unpinned(`git+https://h/a@${commit}`)).toBe(`git+https://h/a@${commit}`);
    expect(unpinned(`a.zip#sha256=${sha256}`)).toBe("a.zip");
  });
});
