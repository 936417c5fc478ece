import fc from "fast-check";
import { commandWords } from "../../render/commands";

describe("a configured command", () => {
  it.each([
    ["manage.py send_notices --every 2", ["manage", "send_notices", "--every", "2"]],
    ["python manage.py work", ["manage", "work"]],
    ["./manage.py work", ["manage", "work"]],
    ["python -m celery -A config worker", ["python", "-m", "celery", "-A", "config", "worker"]],
    ["celery -A config worker", ["exec", "celery", "-A", "config", "worker"]],
    [`sh -c 'echo "$HOME" | cat; exit 1'`, ["exec", "sh", "-c", 'echo "$HOME" | cat; exit 1']],
    [`python -c "print(\\"a b\\")" ''`, ["python", "-c", 'print("a b")', ""]],
  ])("is words, as a shell sees them: %s", (text, words) => expect(commandWords(text)).toEqual(words));

  it.each([
    ["", /^is empty/],
    ["  ", /^is empty/],
    ["manage.py a && manage.py b", /^has a "&", which only a shell understands.*sh -c/],
    ["manage.py a > log", /^has a ">"/],
    ["echo $HOME", /^has a "\$"/],
    ["echo 'a", /^has a quote or a backslash that nothing ends/],
    ["echo a\\", /^has a quote/],
  ])("is refused where it needs a shell: %j", (text, complaint) => expect(() => commandWords(text)).toThrow(complaint));

  it("keeps every quoted word as it is", () => {
    const word = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const quoted = words.map((text) => `'${text.replaceAll("'", `'\\''`)}'`).join(" ");
        expect(commandWords(`celery ${quoted}`)).toEqual(["exec", "celery", ...words]);
      }),
    );
  });
});
