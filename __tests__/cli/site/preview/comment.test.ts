import { changesOf } from "../../../../cli/site/preview/changes";
import { acceptable, comment, type Told } from "../../../../cli/site/preview/comment";
import { tell } from "../../../../cli/site/preview/words";
import type { PreviewStep } from "../../../../policy/previewed";

const instance = "linode:index/instance:Instance";
const command = "command:remote:Command";

function step(op: string, type: string, name: string, before?: object, after?: object): PreviewStep {
  const urn = `urn:pulumi:prod::trinode::${type}::${name}`;
  const state = (inputs: object) => ({ urn, type, inputs: inputs as Record<string, unknown> });
  return { op, urn, ...(before && { oldState: state(before) }), ...(after && { newState: state(after) }) };
}

const changes = (...steps: PreviewStep[]) => changesOf({ config: {}, steps });
const told = (more: Partial<Told> = {}): Told => ({
  ...{ stack: "prod", changes: [], errors: [], broken: [], cost: { before: 15, after: 15 } },
  ...more,
});

describe("the changes of a preview", () => {
  it("are one for each resource, and none for what stays", () => {
    const found = changes(
      step("same", instance, "web-instance", {}, {}),
      step("read", instance, "other", {}, {}),
      step("create", "trinode:index:WebServer", "web", undefined, {}),
      step("create", "trinode:index:WebServer$command:remote:Command", "web-keys", undefined, {}),
      step("create", command, "web-setup", undefined, {}),
      step("delete-replaced", instance, "app-instance", { type: "a" }),
      step("replace", instance, "app-instance", { type: "a" }, { type: "b" }),
      step("create-replacement", instance, "app-instance", { type: "a" }, { type: "b" }),
      step("delete", command, "old-setup", {}),
    );
    expect(found.map(({ kind, name, losesData }) => [kind, name, losesData])).toEqual([
      ["created", "web-keys", false],
      ["created", "web-setup", false],
      ["replaced", "app-instance", true],
      ["deleted", "old-setup", false],
    ]);
    expect(found[2]?.differs).toEqual(["type"]);
  });

  it.each([
    ["delete", instance, "database-instance", true],
    ["replace", instance, "server-instance", true],
    ["delete", "postgresql:index/database:Database", "database-database-database", true],
    ["delete", "linode:index/volume:Volume", "data", true],
    ["delete", instance, "web-instance", false],
    ["update", instance, "database-instance", false],
    ["create", instance, "database-instance", false],
  ])("that lose data are known: %s of %s %s", (op, type, name, loses) => {
    expect(changes(step(op, type, name, {}, {}))[0]?.losesData).toBe(loses);
  });
});

describe("a change in words", () => {
  const said = (...args: Parameters<typeof step>) => tell(changes(step(...args))[0]!);

  it("says from which plan to which a machine goes, and that it is off", () => {
    expect(said("update", instance, "web-instance", { type: "g6-nanode-1" }, { type: "g6-standard-1" })).toEqual({
      text: "the web server: resized from `g6-nanode-1` to `g6-standard-1`; it is off for as long as that takes, minutes at Linode",
      effect: "off",
    });
  });

  it("says which rules of a firewall come and go", () => {
    const rule = (ports: string, ...ipv4s: string[]) => ({ protocol: "TCP", ports, ipv4s });
    const [before, after] = [{ inbounds: [rule("22", "192.0.2.1/32")] }, { inbounds: [rule("22", "192.0.2.2/32")] }];
    expect(said("update", "linode:index/firewall:Firewall", "app-firewall", before, after).text).toBe(
      "the application server's cloud firewall: lets in `TCP 22 from 192.0.2.2/32`; no longer lets in `TCP 22 from 192.0.2.1/32`",
    );
  });

  it("counts a step that is done for the first time as no restart", () => {
    expect(said("create", command, "app-release", undefined, {}).effect).toBe("noticed by nobody");
    expect(said("update", command, "app-release", {}, {}).effect).toBe("restarts");
    expect(said("replace", command, "app-release", {}, {}).effect).toBe("restarts");
  });

  it("takes a step that it does not know for one that restarts", () => {
    expect(said("update", command, "new-thing", {}, {})).toEqual({
      text: "new: step `new-thing` is done",
      effect: "restarts",
    });
  });
});

describe("the comment", () => {
  const loss = changes(step("replace", instance, "database-instance", {}, { type: "b" }));

  it("says that nothing changes, and begins with what it is found by", () => {
    expect(comment(told())).toMatch(/^<!-- trinode-preview prod -->\n\n### ✅ Nothing changes on `prod`\n/);
    expect(acceptable(told())).toBe(true);
  });

  it.each<[string, Partial<Told>, string]>([
    ["data would be lost", { changes: loss }, "**with the database on it**"],
    [
      "a rule is broken",
      { broken: [{ rule: "cost-ceiling", where: "x", message: "too dear" }] },
      "- `cost-ceiling`, `x`: `too dear`",
    ],
    ["something is refused", { errors: ["it is protected"] }, "```text\nit is protected\n```"],
    [
      "the site's checks fail",
      { site: { failed: [{ what: "manage.py check", printed: "W004" }], passed: [] } },
      "**`manage.py check` fails:**\n\n```text\nW004\n```",
    ],
  ])("is a refusal when %s", (_, more, text) => {
    expect(acceptable(told(more))).toBe(false);
    expect(comment(told(more))).toMatch(/^### ⛔/m);
    expect(comment(told(more))).toContain(text);
  });

  it.each([
    [{ before: 15, after: 22.5 }, "$15 → $22.5 (+$7.5)"],
    [{ before: 15, after: 5 }, "$15 → $5 (−$10)"],
    [{ before: 15, after: undefined }, "$15 → not known,"],
    [{ before: 15, after: 15 }, "$15, as before"],
  ])("tells the cost: %j", (cost, text) => expect(comment(told({ cost }))).toContain(text));

  it("is nobody's to write in: what a request names is code in it", () => {
    const nasty = "`</details>\n# Approved ✅ @maintainers [merge](https://evil.example) <img src=x>";
    const text = comment(
      told({
        stack: "pr-7--><script>",
        changes: changes(step("update", "evil:type:`x`", nasty, { [nasty]: 1 }, { [nasty]: 2 })),
        errors: [`\`\`\`\n${nasty}`],
        broken: [{ rule: nasty, where: nasty, message: nasty }],
        site: { failed: [{ what: nasty, printed: "```\n@everyone" }], passed: [nasty] },
      }),
    );
    // Without its code there is nothing left of it.
    const bare = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, "").replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
    expect(bare).not.toMatch(/@|evil|<img|<script|Approved/);
    expect(text.match(/<!--/g)).toHaveLength(1);
    expect(text.startsWith("<!-- trinode-preview pr-7--script -->")).toBe(true);
  });

  it("hides long lists, and is never longer than a forge takes", () => {
    const many = Array.from({ length: 2000 }, (_, i) => step("create", command, `step-${i}-setup`, undefined, {}));
    const text = comment(told({ changes: changes(...many) }));
    expect(text).toContain("<details><summary><b>Noticed by nobody</b>: 2000</summary>");
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("cut here");
  });
});
