import { checkModules, findRequirements, releaseId } from "../../render/release";
import { checkSource, type SourceEntry, withoutTopFolder } from "../../render/sourceEntries";

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

describe("requirements", () => {
  it("are found beside the project, then at the source's top", () => {
    expect(findRequirements(["manage.py", "requirements.txt"], "", undefined)).toEqual(["requirements.txt"]);
    expect(findRequirements(["src/manage.py", "requirements/production.txt"], "src", undefined)).toEqual([
      "requirements/production.txt",
    ]);
    expect(findRequirements(["src/pyproject.toml", "requirements.txt"], "src", undefined)).toEqual([
      "src/pyproject.toml",
    ]);
  });

  it("may be absent: packages can be configured", () => {
    expect(findRequirements(["manage.py"], "", undefined)).toEqual([]);
  });

  it("that are configured and not there stop everything, with what is there", () => {
    expect(() => findRequirements(["manage.py", "reqs.txt"], "", "requirements.txt")).toThrow(
      'trinode:app.install.requirements: the source has no file "requirements.txt". At its top are: manage.py, reqs.txt.',
    );
  });
});

describe("a wrong layout is told before anything is created", () => {
  it("when the project's directory is not there", () => {
    expect(() => findRequirements(["backend/manage.py"], "src", undefined)).toThrow(
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

  it("is refused when nothing is in it", () => {
    expect(complaint()).toContain("site.zip is empty");
  });
});
