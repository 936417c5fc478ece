import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { encodeVariables } from "../../render/appFiles";

const script = (name: string) => join(__dirname, "../../scripts/python", name);

let scratch: string;
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), "trinode-python-"))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe("unpacking a release", () => {
  async function unpack(entries: [{ name: string } & Partial<Header>, string?][], sha256?: string) {
    const tar = pack();
    for (const [header, text] of entries) tar.entry(header, text ?? "");
    tar.finalize();
    const parts: Buffer[] = [];
    for await (const part of tar) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    mkdirSync(join(scratch, "release"), { recursive: true });
    writeFileSync(join(scratch, "archive"), gzipSync(bytes));
    const sum = sha256 ?? createHash("sha256").update(bytes).digest("hex");
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", `exec python3 ${script("release_unpack.py")} "$0/release" "$1" <"$0/archive"`, scratch, sum],
      { encoding: "utf8" },
    );
    return { status, stderr: stderr.trim() };
  }

  it("gives the files that were packed, with their modes and links", async () => {
    const { status } = await unpack([
      [{ name: "config/wsgi.py" }, "application = 1\n"],
      [{ name: "manage.py", mode: 0o755 }, "x"],
      [{ name: "run.py", type: "symlink", linkname: "manage.py" }],
      [{ name: "logs", type: "directory" }],
    ]);
    expect(status).toBe(0);
    expect(readFileSync(join(scratch, "release/config/wsgi.py"), "utf8")).toBe("application = 1\n");
    expect(readlinkSync(join(scratch, "release/run.py"))).toBe("manage.py");
    expect(existsSync(join(scratch, "release/logs"))).toBe(true);
  });

  it.each<[string, [{ name: string } & Partial<Header>, string?][], string]>([
    ["a path outside", [[{ name: "../evil" }, "x"]], '"../evil" would be outside the release'],
    ["an absolute path", [[{ name: "/tmp/evil" }, "x"]], '"/tmp/evil" would be outside the release'],
    [
      "a link that leads out",
      [[{ name: "a/b", type: "symlink", linkname: "../../etc" }]],
      'the link "a/b" leads out of the release, to "../../etc"',
    ],
    [
      "a file below a link",
      [[{ name: "a", type: "symlink", linkname: "b" }], [{ name: "a/c" }, "x"]],
      '"a/c" lies below the link "a"',
    ],
    [
      "a device",
      [[{ name: "null", type: "character-device" }]],
      '"null" is neither a file, a directory nor a symbolic link',
    ],
  ])("refuses %s and writes nothing", async (_, entries, reason) => {
    const { status, stderr } = await unpack([[{ name: "good.py" }, "x"], ...entries]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `trinode: the site's archive is refused: ${reason}` });
    expect(existsSync(join(scratch, "release/good.py"))).toBe(false);
    expect(existsSync(join(scratch, "evil"))).toBe(false);
  });

  it("refuses an archive that did not arrive whole", async () => {
    const { status, stderr } = await unpack([[{ name: "good.py" }, "x"]], "0".repeat(64));
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "trinode: the site's archive did not arrive whole; run it again",
    });
  });
});

describe("asking the site as the web server would", () => {
  const health = { DOMAIN: "www.gamelenders.test", HEALTH_PATH: "/health/", HEALTH_STATUS: "200", HEALTH_TEXT: "fine" };

  async function probe(listener: RequestListener, more: Record<string, string> = {}) {
    const server = createServer(listener);
    const socket = join(scratch, "probe.sock");
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const env = { ...process.env, ...health, ...more };
      const child = spawn("python3", [script("app_probe.py"), `unix:${socket}`, "5"], { env });
      let stderr = "";
      child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
      const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
      return { status, stderr: stderr.trim() };
    } finally {
      server.close();
    }
  }

  it("uses the canonical name and says that visitors come by https", async () => {
    let asked: unknown;
    const result = await probe((request, response) => {
      asked = [request.url, request.headers.host, request.headers["x-forwarded-proto"]];
      response.end("all is fine");
    });
    expect(result).toEqual({ status: 0, stderr: "" });
    expect(asked).toEqual(["/health/", "www.gamelenders.test", "https"]);
  });

  it("takes another status for a failure, and says where a redirect leads", async () => {
    const result = await probe((_, response) => response.writeHead(301, { Location: "https://x.test/" }).end());
    expect(result).toEqual({
      status: 1,
      stderr: "trinode: /health/ of www.gamelenders.test answers 301 to https://x.test/ instead of 200",
    });
  });

  it("takes a 200 without the text for a failure", async () => {
    const result = await probe((_, response) => response.end("maintenance"));
    expect(result).toEqual({
      status: 1,
      stderr: 'trinode: /health/ of www.gamelenders.test answers 200, but without "fine"',
    });
  });

  it("gives up on a connection that is closed without an answer", async () => {
    const result = await probe((request) => request.socket.destroy());
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("no answer from unix:");
  });

  it("does not wait for a process that has ended", () => {
    const env = { ...process.env, ...health };
    const { status, stderr } = spawnSync(
      "python3",
      [script("app_probe.py"), `unix:${join(scratch, "none")}`, "60", "4194999"],
      { env, encoding: "utf8" },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("nothing answers on unix:");
  });
});

describe("running something as the site", () => {
  // A shell would drop variables whose names it can't have.
  const fakePython = `#!/usr/bin/python3 -I
import os, sys
fields = [os.getcwd(), *sys.argv[1:], "--", *(f"{name}={value}" for name, value in os.environ.items())]
sys.stdout.buffer.write(b"".join(os.fsencode(field) + b"\\0" for field in fields))
`;

  /** A release whose Python prints its arguments and its environment, NUL after each. */
  function run(words: string[], variables: Record<string, string>, manage = true) {
    mkdirSync(join(scratch, "venv/bin"), { recursive: true });
    mkdirSync(join(scratch, "source/src"), { recursive: true });
    writeFileSync(join(scratch, "release.json"), JSON.stringify({ directory: "src", wsgi: "config.wsgi:application" }));
    writeFileSync(join(scratch, "venv/bin/python"), fakePython);
    chmodSync(join(scratch, "venv/bin/python"), 0o755);
    if (manage) writeFileSync(join(scratch, "source/src/manage.py"), "");
    writeFileSync(join(scratch, "app.env"), encodeVariables(variables));
    const env = { PATH: process.env.PATH, TRINODE_RELEASE: scratch, TRINODE_ENV: join(scratch, "app.env"), LEAK: "1" };
    const { stdout, stderr, status } = spawnSync("python3", [script("app_run.py"), ...words], {
      env,
      encoding: "utf8",
    });
    const fields = stdout.split("\0").slice(0, -1);
    const at = fields.indexOf("--");
    const environment = Object.fromEntries(
      fields.slice(at + 1).map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]),
    );
    return { directory: fields[0], words: fields.slice(1, at), environment, stderr, status };
  }

  it("gives every variable as it is, whatever its name and its characters", () => {
    const variables = { KEY: "a\nb=\"c' é $x %s # @/!", "odd.name-1": "1", EMPTY: "" };
    expect(run(["manage", "check"], variables).environment).toMatchObject(variables);
  });

  it("gives nothing of the environment it is started in", () => {
    expect(run(["manage", "check"], {}).environment).not.toHaveProperty("LEAK");
  });

  it("runs manage.py in the project's directory, or django where there is none", () => {
    const { directory, words } = run(["manage", "migrate", "--no-input"], {});
    expect(directory).toBe(join(scratch, "source/src"));
    expect(words).toEqual(["manage.py", "migrate", "--no-input"]);
    rmSync(join(scratch, "source/src/manage.py"));
    expect(run(["manage", "migrate"], {}, false).words).toEqual(["-m", "django", "migrate"]);
  });

  it("runs the release's application under gunicorn with trinode's settings", () => {
    expect(run(["gunicorn"], {}).words).toEqual([
      "-m",
      "gunicorn",
      "--config",
      "/etc/trinode/gunicorn.conf.py",
      "config.wsgi:application",
    ]);
  });

  it("runs a program of the virtual environment before the system's, and says when there is none", () => {
    expect(run(["exec", "python", "-c", "x y"], {}).words).toEqual(["-c", "x y"]);
    const { status, stderr } = run(["exec", "no-such-program"], {});
    expect(status).toBe(78);
    expect(stderr).toContain('there is no program "no-such-program"');
  });

  it("says what is missing when there is no release", () => {
    const env = { PATH: process.env.PATH, TRINODE_RELEASE: join(scratch, "none") };
    const { status, stderr } = spawnSync("python3", [script("app_run.py"), "gunicorn"], { env, encoding: "utf8" });
    expect(status).toBe(78);
    expect(stderr).toContain("none/release.json: No such file or directory");
  });
});

describe("a release's record", () => {
  const about = { directory: "src", envFile: ".env", build: ["a && b", "printf 'x\ny'"], once: [] };
  const release = () => join(scratch, "release");
  beforeEach(() => {
    mkdirSync(join(release(), "source/src"), { recursive: true });
    writeFileSync(join(release(), "release.json"), JSON.stringify(about));
  });

  it("gives its commands in order, whatever is in them", () => {
    const words = (kind: string) =>
      spawnSync("python3", [script("release_commands.py"), join(release(), "release.json"), kind], {
        encoding: "utf8",
      });
    expect(words("build").stdout.split("\0").slice(0, -1)).toEqual(about.build);
    expect(words("once").stdout).toBe("");
    expect(words("beforeMigrate").stdout).toBe("");
  });

  function writeEnvFile(variables: Record<string, string>) {
    writeFileSync(join(scratch, "app.env"), encodeVariables(variables));
    const user = userInfo().username;
    return spawnSync("python3", [script("env_file.py"), release(), join(scratch, "app.env"), user], {
      encoding: "utf8",
    });
  }

  it("gives a file of variables that a shell reads back as they are, for the site alone", () => {
    const variables = {
      PLAIN: "postgres://a:b@c/d",
      SPACE: "a b #c",
      DOLLAR: '$x `id` \\ "q"',
      EMPTY: "",
      "odd-1": "x",
    };
    expect(writeEnvFile(variables)).toMatchObject({ status: 0, stderr: "" });
    const file = join(release(), "source/src/.env");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { "odd-1": _, ...sayable } = variables;
    const read = spawnSync("bash", ["-c", `set -a; . "$0"; env -0`, file], {
      encoding: "utf8",
      env: { PATH: process.env.PATH },
    });
    const lines = read.stdout.split("\0");
    expect(lines).toEqual(expect.arrayContaining(Object.entries(sayable).map(([name, value]) => `${name}=${value}`)));
  });

  it("writes a file of variables nowhere but in the release", () => {
    rmSync(join(release(), "source/src"), { recursive: true });
    symlinkSync(scratch, join(release(), "source/src"));
    const { status, stderr } = writeEnvFile({ A: "1" });
    expect(status).toBe(1);
    expect(stderr).toContain("leads out of the release");
    expect(existsSync(join(scratch, ".env"))).toBe(false);
  });
});

describe("a Pipfile.lock", () => {
  it("is the same as requirements, with extras, markers and checksums", () => {
    const locked = {
      default: {
        django: { version: "==5.2.1", hashes: ["sha256:aa", "sha256:bb"], markers: "python_version >= '3.10'" },
        psycopg: { version: "==3.2.1", extras: ["binary"] },
        own: { git: "https://host/own.git", ref: "0123" },
      },
      develop: { pytest: { version: "==8" } },
    };
    writeFileSync(join(scratch, "Pipfile.lock"), JSON.stringify(locked));
    const { stdout } = spawnSync("python3", [script("pipfile_requirements.py"), join(scratch, "Pipfile.lock")], {
      encoding: "utf8",
    });
    expect(stdout).toBe(`django==5.2.1 ; python_version >= '3.10' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
psycopg[binary]==3.2.1
own @ git+https://host/own.git@0123
`);
  });
});

describe("mail that is caught", () => {
  const mail = `
def get_connection(backend=None, fail_silently=False, **settings):
    return backend, fail_silently, settings

def send_mail(**settings):
    return get_connection(**settings)
`;
  const ask = "from django.core import mail; print(mail.send_mail(host='smtp.example.org', fail_silently=True))";

  function sent(environment: Record<string, string>): string {
    mkdirSync(join(scratch, "django/core/mail"), { recursive: true });
    for (const name of ["django", "django/core"]) writeFileSync(join(scratch, name, "__init__.py"), "");
    writeFileSync(join(scratch, "django/core/mail/__init__.py"), mail);
    const PYTHONPATH = `${script("caught")}:${scratch}`;
    const env = { PATH: process.env.PATH, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1", ...environment };
    const { stdout, stderr } = spawnSync("python3", ["-c", ask], { encoding: "utf8", env });
    return stdout.trim() || stderr;
  }

  it("goes into files, whatever server the site names", () => {
    expect(sent({ TRINODE_CAUGHT_MAIL: "/srv/shop/mail" })).toBe(
      "('django.core.mail.backends.filebased.EmailBackend', True, {'file_path': '/srv/shop/mail'})",
    );
  });

  it("goes where the site says elsewhere", () => {
    expect(sent({})).toBe("(None, True, {'host': 'smtp.example.org'})");
  });
});
