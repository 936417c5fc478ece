/** What stands for a secret. */
const hidden = "[secret]";

/** Shorter ones are words that stand everywhere, and nothing that keeps a secret. */
const shortest = 4;

/** Takes secrets out of text: as they are, and as they stand in JSON, in URLs and in base64. */
export function mask(text: string, secrets: string[]): string {
  const all = secrets.flatMap(forms).filter((form) => form.length >= shortest);
  if (all.length === 0) return text;
  // Longest first: one may be a part of another. In one pass: what stands for them is not looked through again.
  const longestFirst = [...new Set(all)].sort((a, b) => b.length - a.length);
  const any = longestFirst.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.replace(new RegExp(any, "g"), () => hidden);
}

function forms(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    // A key of several lines may be told line by line; its first and last say only that it is one.
    ...(lines.length > 1 ? lines.filter((line) => line.length >= 16 && !line.startsWith("-----")) : []),
  ];
}

/** Variables of the environment that are secret, by their names. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value && /TOKEN|PASSPHRASE$|PASSWORD|SECRET|PRIVATE_KEY/.test(name) ? [value] : [],
  );
}
