import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

/** Git repositories behind HTTPS, with a certificate of an authority of their own; private ones ask for a token. */
export class GitServer {
  /** PEM of the authority. */
  readonly ca: string;
  /** What asked, newest last: login as it was sent, and path. */
  readonly asked: string[] = [];
  private server: Server | undefined;

  constructor(
    readonly directory: string,
    private readonly token?: string,
  ) {
    mkdirSync(directory, { recursive: true });
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
        ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        ...["-keyout", join(directory, "key.pem"), "-out", join(directory, "ca.pem")],
      ],
      { stdio: "ignore" },
    );
    this.ca = readFileSync(join(directory, "ca.pem"), "utf8");
  }

  async start(): Promise<void> {
    const key = readFileSync(join(this.directory, "key.pem"));
    this.server = createServer({ key, cert: this.ca }, (request, response) => this.answer(request, response));
    await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  /** As `app.source` has it, without the ref. */
  address(repository: string): string {
    return `git+https://localhost:${(this.server!.address() as AddressInfo).port}/${repository}.git`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
    const login = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
    this.asked.push(`${login} ${pathname}`);
    if (this.token !== undefined && !login.endsWith(`:${this.token}`)) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
      return;
    }
    const backend = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: this.directory,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: (request.headers["git-protocol"] as string | undefined) ?? "",
      },
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on("data", (part: Buffer) => parts.push(part));
    backend.on("close", () => respond(response, Buffer.concat(parts)));
  }
}

/** A CGI program's answer. */
function respond(response: ServerResponse, answer: Buffer): void {
  const end = answer.indexOf("\r\n\r\n");
  for (const line of answer.subarray(0, end).toString().split("\r\n")) {
    const [name = "", value = ""] = line.split(/: (.*)/s);
    if (name === "Status") response.statusCode = Number.parseInt(value);
    else response.setHeader(name, value);
  }
  response.end(answer.subarray(end + 4));
}

/** A repository that is pushed to: a work tree beside a bare one. */
export class Repository {
  private readonly tree: string;
  private readonly bare: string;

  constructor(server: GitServer, name: string) {
    this.tree = join(server.directory, `${name}.tree`);
    this.bare = join(server.directory, `${name}.git`);
    for (const path of [this.tree, this.bare]) rmSync(path, { recursive: true, force: true });
    mkdirSync(this.tree, { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.bare]);
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Writes files, commits and pushes everything; gives the commit. */
  commit(files: Record<string, string>, ...refs: string[]): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.tree, path)), { recursive: true });
      writeFileSync(join(this.tree, path), text);
    }
    this.git("add", "--all", "--force");
    this.git("commit", "--quiet", "--allow-empty", "--message", "A change");
    for (const ref of refs) this.git(...ref.split(" "));
    return this.push();
  }

  push(): string {
    this.git("push", "--quiet", "--force", this.bare, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");
    return this.git("rev-parse", "HEAD").trim();
  }

  git(...words: string[]): string {
    const who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...who, ...words], {
      cwd: this.tree,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
