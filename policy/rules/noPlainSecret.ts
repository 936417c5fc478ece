import type { Rule } from "../plan";

/** Names whose values are nobody's business. */
const secretName = /password|passwd|secret|token|private_?key|api_?key|credential|^(database|redis|broker)_?url$|dsn$/i;
/** Values that are secrets whatever they are called: a private key, and a URL with a password in it. */
const secretValue = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/;

/** What stands for a secret: in what Pulumi shows, and in what it sends to a provider. */
const hidden = /^\[secret\]$|"1b47061264138c4ac30d75fd1eb44270"/;

export const noPlainSecret: Rule = {
  name: "no-plain-secret",
  description: "No secret stands readable in the stack's outputs or in a resource's inputs.",
  needs: ["outputs"],
  check: ({ outputs = {}, resources }) => [
    ...plain(outputs, true).map((path): [string, string] => [
      `output ${path}`,
      "it is readable by everybody who may look at the stack. Wrap it: pulumi.secret(…).",
    ]),
    ...resources.flatMap(({ name, inputs }) =>
      plain(inputs, false).map((path): [string, string] => [
        `${name} ${path}`,
        "a secret stands readable in the state and in previews. Wrap it: pulumi.secret(…).",
      ]),
    ),
  ],
};

/** Paths of what is readable and should not be. @param byName whether a name alone tells a secret */
function plain(value: unknown, byName: boolean, path = "", suspect = false): string[] {
  if (typeof value === "string" || typeof value === "number") {
    if (value === "" || hidden.test(String(value))) return [];
    return (suspect && byName) || secretValue.test(String(value)) ? [path] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  // What the tests' mocks make of a secret.
  if (Object.keys(value).join() === "secret") return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    return plain(item, byName, at, suspect || secretName.test(key));
  });
}
