import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; environment?: string; env?: object; steps: Step[] }>;
}

const folder = ".github/workflows";
const names = readdirSync(folder);
const text = (name: string) => readFileSync(join(folder, name), "utf8");
const workflow = (name: string) => parse(text(name)) as Workflow;

describe.each(names)("workflow %s", (name) => {
  const { on, permissions, jobs } = workflow(name);

  it("runs actions by the hash of their commit alone", () => {
    for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps))
      if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it("never runs a request with the repository's rights", () => {
    expect(Object.keys(on)).not.toContain("pull_request_target");
    expect(JSON.stringify(permissions)).not.toContain("write");
    for (const { permissions: own = {}, steps } of Object.values(jobs))
      if (Object.values(own).includes("write"))
        expect(steps.map(({ uses = "", run }) => run ?? uses.split("@")[0])).not.toContain("actions/checkout");
  });

  it("puts nothing of a request's words into a script", () => {
    for (const { run = "", with: { script = "" } = {} } of Object.values(jobs).flatMap(({ steps }) => steps))
      expect(run + script).not.toContain("${{");
  });

  it("keeps secrets to jobs in an environment", () => {
    for (const { environment, ...job } of Object.values(jobs))
      if (JSON.stringify(job).includes("secrets.")) expect(environment).toMatch(/^(preview|staging|drift|production)$/);
  });
});

/** As actions/github-script does it: the body of an async function. */
async function runScript(script: string, directory: string, ...forge: object[]): Promise<void> {
  // It is text in a workflow, and is tried as it stands there.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const body = new Function("github", "context", "core", "require", `return (async () => {${script}})()`) as (
    ...args: unknown[]
  ) => Promise<void>;
  const before = process.cwd();
  process.chdir(directory);
  try {
    await body(...forge, createRequire(__filename));
  } finally {
    process.chdir(before);
  }
}

describe("the comment on a request", () => {
  const script = workflow("comment.yml").jobs.comment!.steps.at(-1)!.with!.script!;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "trinode-comment-"));
    mkdirSync(join(directory, "preview"));
    process.env.HEAD = "abc";
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
    delete process.env.HEAD;
  });

  /** Runs the workflow's script with a forge that notes what is asked of it. */
  async function run(
    files: Record<string, string>,
    comments: { id: number; body: string; login: string }[] = [],
    head = "abc",
  ) {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, "preview", name), content);
    const asked: unknown[] = [];
    const note = (what: string) => async (args: object) => void asked.push([what, args]);
    const said: string[] = [];
    const github = {
      rest: {
        pulls: { get: async () => ({ data: { head: { sha: head } } }) },
        issues: { listComments: {}, updateComment: note("update"), createComment: note("create") },
      },
      paginate: async () => comments.map(({ id, body, login }) => ({ id, body, user: { login } })),
    };
    const core = { info: (line: string) => said.push(line), setFailed: (line: string) => said.push(`FAILED ${line}`) };
    const context = { repo: { owner: "o", repo: "r" } };
    await runScript(script, directory, github, context, core);
    return { asked, said };
  }

  const good = { number: "7\n", "comment.md": "<!-- trinode-preview prod -->\n\n### ✅ Nothing changes\n" };

  it("is written once", async () => {
    const { asked } = await run(good);
    expect(asked).toEqual([["create", { owner: "o", repo: "r", issue_number: 7, body: good["comment.md"] }]]);
  });

  it("is updated in place, and only its own", async () => {
    const bot = "github-actions[bot]";
    const others = [
      { id: 1, body: "<!-- trinode-preview prod -->\nmine!", login: "mallory" },
      { id: 2, body: "<!-- trinode-preview other -->\n", login: bot },
      { id: 3, body: "<!-- trinode-preview prod -->\nold", login: bot },
    ];
    const { asked } = await run(good, others);
    expect(asked).toEqual([["update", { owner: "o", repo: "r", comment_id: 3, body: good["comment.md"] }]]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      "an artefact that names no request",
      { ...good, number: "7; rm -rf /" },
      "abc",
      "FAILED the artefact names no request",
    ],
    ["one that names another request than it was made of", good, "def", "the request has moved on"],
    [
      "text that is no preview",
      { ...good, "comment.md": "# Approved\n" },
      "abc",
      "FAILED that is no preview's comment",
    ],
    ["a preview that failed before it", { number: "7" }, "abc", "there is no comment"],
  ])("is not written for %s", async (_, files, head, line) => {
    const { asked, said } = await run(files, [], head);
    expect([asked, said]).toEqual([[], [expect.stringContaining(line)]]);
  });
});

describe("the issue about drift", () => {
  const script = workflow("drift.yml").jobs.tell!.steps.at(-1)!.with!.script!;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "trinode-drift-"));
    mkdirSync(join(directory, "drift"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const text = "<!-- trinode-drift prod -->\nwhat differs\n";
  async function tell(verdict: string, open: { number: number; body: string | null }[]) {
    writeFileSync(join(directory, "drift/drift.json"), JSON.stringify({ stack: "prod", verdict }));
    writeFileSync(join(directory, "drift/issue.md"), text);
    const asked: unknown[] = [];
    const note = (what: string) => async (args: object) => void asked.push([what, args]);
    const issues = { listForRepo: {}, createComment: note("comment"), update: note("update"), create: note("create") };
    const github = { rest: { issues }, paginate: async () => open };
    await runScript(script, directory, github, { repo: { owner: "o", repo: "r" } }, { info: () => undefined });
    return asked;
  }
  const where = { owner: "o", repo: "r" };
  const others = [
    { number: 1, body: null },
    { number: 2, body: "<!-- trinode-drift other -->" },
  ];

  it("is opened once, and kept up to date", async () => {
    const title = "prod is not what was put there";
    expect(await tell("not well", others)).toEqual([["create", { ...where, title, body: text }]]);
    const before = { number: 3, body: "<!-- trinode-drift prod -->\nold" };
    expect(await tell("not seen", [...others, before])).toEqual([
      ["update", { ...where, issue_number: 3, body: text }],
    ]);
  });

  it("is closed when nothing differs any more, and none is opened for that", async () => {
    expect(await tell("well", others)).toEqual([]);
    expect(await tell("well", [...others, { number: 3, body: text }])).toEqual([
      ["comment", { ...where, issue_number: 3, body: "Nothing differs any more." }],
      ["update", { ...where, issue_number: 3, state: "closed" }],
    ]);
  });
});
