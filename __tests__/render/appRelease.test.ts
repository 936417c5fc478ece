import { findInstallation, type Install } from "../../render/installation";
import { checkModules, insideSource, releaseId } from "../../render/release";
import { checkSource, type SourceEntry, withoutTopFolder } from "../../source/entries";

const made = {
  directory: "",
  wsgi: "config.wsgi:application",
  settings: "config.settings",
  requirements: ["requirements.txt"],
  packages: [],
  apt: [],
  staticDirectory: "staticfiles",
  mediaDirectory: "media",
};

describe("a release's id", () => {
  it("stays while nothing that it is built from changes", () => {
    expect(releaseId("abc", { ...made }, "gunicorn==27.0.1")).toBe(releaseId("abc", made, "gunicorn==27.0.1"));
    expect(releaseId("abc", made, "gunicorn==27.0.1")).toMatch(/^[0-9a-f]{12}$/);
  });

  it("is another one for another source, package, gunicorn or directory", () => {
    const ids = [
      releaseId("abc", made, "gunicorn==27.0.1"),
      releaseId("abd", made, "gunicorn==27.0.1"),
      releaseId("abc", { ...made, packages: ["gevent"] }, "gunicorn==27.0.1"),
      releaseId("abc", made, "gunicorn==27.0.2"),
      releaseId("abc", { ...made, directory: "src" }, "gunicorn==27.0.1"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("what a site is installed with", () => {
  const find = (names: string[], directory = "", install: Partial<Install> = {}, own = true) =>
    findInstallation(names, directory, { packages: [], apt: [], ...install }, own);

  it("is found beside the project, then at the source's top", () => {
    expect(find(["manage.py", "requirements.txt"]).requirements).toEqual(["requirements.txt"]);
    expect(find(["src/manage.py", "requirements/production.txt"], "src").requirements).toEqual([
      "requirements/production.txt",
    ]);
    expect(find(["src/pyproject.toml", "requirements.txt"], "src").requirements).toEqual(["src/pyproject.toml"]);
  });

  it("is a lock where there is one, whatever else there is", () => {
    expect(find(["pyproject.toml", "uv.lock", "requirements.txt"])).toMatchObject({
      lock: "uv.lock",
      requirements: [],
    });
    expect(find(["src/x.py", "pyproject.toml", "poetry.lock"], "src").lock).toBe("poetry.lock");
    expect(find(["Pipfile", "Pipfile.lock"]).lock).toBe("Pipfile.lock");
    expect(find(["pyproject.toml", "uv.lock"], "", { requirements: ["pyproject.toml"] })).toMatchObject({
      requirements: ["pyproject.toml"],
    });
    // A lock of something else.
    expect(find(["uv.lock", "requirements.txt"]).requirements).toEqual(["requirements.txt"]);
  });

  it("may be nothing: packages can be configured", () => {
    expect(find(["manage.py"])).toEqual({ requirements: [], packages: [], apt: [] });
  });

  it("is the source itself, too, when its modules are not in the project's directory or it is asked for", () => {
    const names = ["src/shop/wsgi.py", "pyproject.toml", "manage.py"];
    expect(find(names, "", {}, false)).toMatchObject({ project: "", requirements: [] });
    expect(find(names, "", { project: false }, false)).not.toHaveProperty("project");
    expect(find(["sandbox/wsgi.py", "setup.py"], "sandbox", { project: true, extras: ["s3"] })).toMatchObject({
      project: "",
      extras: ["s3"],
    });
  });

  it.each<[string, string[], Partial<Install>, string]>([
    [
      "requirements",
      ["reqs.txt"],
      { requirements: ["requirements.txt"] },
      'has no file "requirements.txt". At its top are: reqs.txt.',
    ],
    ["constraints", ["a.txt"], { constraints: ["c.txt"] }, 'has no file "c.txt"'],
    [
      "lock",
      ["pyproject.toml", "pdm.lock"],
      { lock: "pdm.lock" },
      '"pdm.lock" is none of uv.lock, poetry.lock, Pipfile.lock.',
    ],
    ["lock", ["uv.lock"], { lock: "uv.lock" }, 'has no "pyproject.toml" beside "uv.lock". Add it.'],
    ["project", ["manage.py"], { project: true }, "has neither pyproject.toml nor setup.py"],
    ["extras", ["requirements.txt"], { extras: ["s3"] }, "set app.install.project to true"],
    ["groups", ["Pipfile", "Pipfile.lock"], { groups: ["prod"] }, "are a pyproject.toml's"],
  ])("is refused for mistaken %s in %j, with what to do", (key, names, install, sentence) => {
    expect(() => find(names, "", install)).toThrow(`trinode:app.install.${key}: `);
    expect(() => find(names, "", install)).toThrow(sentence);
  });
});

describe("static and media", () => {
  it("are below the source's top or absolute, for what lies beside is not the release's", () => {
    expect(insideSource("static", "src", "../static")).toBe("../static");
    expect(insideSource("media", "", "/srv/media")).toBe("/srv/media");
    for (const [directory, named] of [
      ["", "../static"],
      ["src", "../.."],
      ["src", "."],
      ["", "."],
    ] as const)
      expect(() => insideSource("static", directory, named)).toThrow("trinode:app.static.directory: ");
  });
});

describe("a wrong layout is told before anything is created", () => {
  it("when the project's directory is not there", () => {
    expect(() => checkModules(["backend/manage.py"], "src", "config.wsgi:app", "config.settings")).toThrow(
      'trinode:app.directory: the source has no directory "src". At its top are: backend/.',
    );
  });

  it("when a module is not where it is said to be", () => {
    const names = ["config/__init__.py", "config/wsgi.py", "config/settings/base.py"];
    expect(() => checkModules(names, "", "config.asgi:application", "config.settings.base")).toThrow(
      /^trinode:app\.wsgi: the source has no module "config\.asgi"/,
    );
    expect(() => checkModules(names, "", "config.wsgi:application", "config.settings.production")).toThrow(
      /^trinode:app\.settings: the source has no module "config\.settings\.production"/,
    );
    expect(() => checkModules(names, "", "config.wsgi:application", "config.settings.base")).not.toThrow();
  });

  it("when there is no Python at all", () => {
    expect(() => checkModules(["index.html"], "", "config.wsgi:app", "config.settings")).toThrow(
      "trinode:app.source: there is no Python in it. At its top are: index.html.",
    );
  });
});

describe("a source", () => {
  const entry = (name: string, more: Partial<SourceEntry> = {}): SourceEntry => ({
    name,
    kind: "file",
    executable: false,
    content: Buffer.alloc(0),
    ...more,
  });
  const complaint = (...entries: SourceEntry[]) => {
    try {
      checkSource("site.zip", entries);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("of an archive has its one top folder looked through, of a directory not", () => {
    const entries = [entry("site-1.0/manage.py"), entry("site-1.0/config/wsgi.py")];
    expect(withoutTopFolder(entries, true).map(({ name }) => name)).toEqual(["config/wsgi.py", "manage.py"]);
    expect(withoutTopFolder(entries, false).map(({ name }) => name)).toEqual([
      "site-1.0/config/wsgi.py",
      "site-1.0/manage.py",
    ]);
  });

  it("with several things at its top is left as it is", () => {
    const entries = [entry("manage.py"), entry("config/wsgi.py")];
    expect(withoutTopFolder(entries, true).map(({ name }) => name)).toEqual(["config/wsgi.py", "manage.py"]);
  });

  it.each(["../evil.py", "/etc/passwd", "a/../../evil", "a\\..\\evil"])("is refused for the path %s", (name) => {
    expect(complaint(entry(name))).toContain(
      `trinode:app.source: site.zip holds "${name}", which would lie outside the release.`,
    );
  });

  it("is refused for a link that leads out, and for a file below a link", () => {
    expect(complaint(entry("a/b", { kind: "link", target: "../../etc" }))).toContain(
      'holds the link "a/b" to "../../etc", outside of it',
    );
    expect(complaint(entry("a", { kind: "link", target: "/etc" }))).toContain('holds the link "a" to "/etc"');
    expect(complaint(entry("a", { kind: "link", target: "b" }), entry("a/passwd"))).toContain(
      'holds "a/passwd" below the link "a"',
    );
  });

  it("may have links that stay inside", () => {
    expect(complaint(entry("docs/readme", { kind: "link", target: "../README" }), entry("README"))).toBeUndefined();
  });

  it("is refused for what is there twice, or below a file", () => {
    expect(complaint(entry("a.py"), entry("a.py"))).toContain('holds "a.py" twice');
    expect(complaint(entry("a"), entry("a/b"))).toContain('holds "a/b" below the file "a"');
  });

  it("is refused for a file that Git LFS has elsewhere", () => {
    const content = Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    expect(complaint(entry("logo.png", { content }))).toContain('holds "logo.png" as a mere reference to Git LFS');
  });

  it("is refused when nothing is in it", () => {
    expect(complaint()).toContain("site.zip is empty");
  });
});
