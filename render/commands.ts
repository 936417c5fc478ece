/** What `app_run.py` runs: its verb, and the words after it. */
export type Words = [verb: "manage" | "python" | "exec", ...words: string[]];

/**
 * A configured command as words. `manage.py …` and `python …` are the release's own, anything else is a program of its virtual
 * environment or of the system. There is no shell between. @throws Error for what only a shell would understand
 */
export function commandWords(text: string): Words {
  const [first, ...rest] = split(text);
  if (first === undefined) throw new Error('is empty. Write it like "manage.py work" or "celery -A config worker".');
  if (/^(.*\/)?manage\.py$/.test(first)) return ["manage", ...rest];
  if (!/^python3?$/.test(first)) return ["exec", first, ...rest];
  const [script, ...more] = rest;
  return script !== undefined && /^(.*\/)?manage\.py$/.test(script) ? ["manage", ...more] : ["python", ...rest];
}

/** One unquoted character, a pair of quotes, an escaped character, or space between words. */
const part = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([^'"\\\s])/gsy;

/** Words as a POSIX shell sees them, quotes understood, nothing expanded. */
function split(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const [found, single, double, escaped, space, plain] of text.matchAll(part)) {
    end += found.length;
    if (plain !== undefined && "|&;<>()$`".includes(plain))
      throw new Error(`has a "${plain}", which only a shell understands. Put it into quotes, or write: sh -c '…'.`);
    if (space === undefined) word = (word ?? "") + (single ?? double?.replace(/\\(.)/gs, "$1") ?? escaped ?? plain);
    else if (word !== undefined) words.push(word);
    if (space !== undefined) word = undefined;
  }
  if (end !== text.length) throw new Error("has a quote or a backslash that nothing ends. Close it.");
  return word === undefined ? words : [...words, word];
}
