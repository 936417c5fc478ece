/**
 * Path patterns of `assetPaths` and `archivePaths`, in the language of github.com/gobwas/glob with separator `/`: unlike in
 * other globs `**` also matches inside of a name, so that `src/**.js` finds files at any depth.
 * @throws Error if a bracket or a brace is not closed.
 */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  let braces = 0;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (character === "\\") source += escape(pattern[++index] ?? "");
    else if (character === "*" && pattern[index + 1] === "*") {
      index++;
      source += ".*";
    } else if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const end = pattern.indexOf("]", index + 1);
      if (end < 0) throw new Error("unexpected end of input");
      source += characterClass(pattern.slice(index + 1, end));
      index = end;
    } else if (character === "{") {
      braces++;
      source += "(?:";
    } else if (character === "}" && braces > 0) {
      braces--;
      source += ")";
    } else if (character === "," && braces > 0) source += "|";
    else source += escape(character);
  }
  if (braces > 0) throw new Error("unexpected end of input");
  return new RegExp(`^${source}$`, "su");
}

function characterClass(content: string): string {
  const negated = content.startsWith("!");
  const members = (negated ? content.slice(1) : content).replace(/[\\\]^]/g, "\\$&");
  return `[${negated ? "^" : ""}${members}]`;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
