import { posix } from "node:path";
import { Client, SFTPWrapper } from "ssh2";
import { systemErrorText } from "./goText";

/** The codes of the SFTP protocol that mean something here (draft-ietf-secsh-filexfer-02 section 7). */
const noSuchFile = 2;
const permissionDenied = 3;
const failure = 4;

/** The files of a machine, over one SSH connection. Errors are worded as github.com/pkg/sftp words them. */
export class RemoteFiles {
  private constructor(
    private readonly client: Client,
    private readonly sftp: SFTPWrapper,
  ) {}

  static async open(client: Client): Promise<RemoteFiles> {
    const sftp = await whileOpen<SFTPWrapper>(client, (done) => client.sftp(done));
    return new RemoteFiles(client, sftp);
  }

  /** What stands at `path`, undefined if nothing does. */
  async kind(path: string): Promise<"directory" | "other" | undefined> {
    try {
      const stats = await this.call<{ isDirectory(): boolean }>((done) => this.sftp.stat(path, done));
      return stats.isDirectory() ? "directory" : "other";
    } catch (error) {
      if ((error as { code?: number }).code === noSuchFile) return undefined;
      throw new Error(`failed to stat remote path ${path}: ${(error as Error).message}`);
    }
  }

  /** Makes one directory; its parent must be there. */
  async makeDirectory(path: string): Promise<void> {
    try {
      await this.call((done) => this.sftp.mkdir(path, done));
    } catch (error) {
      throw new Error(`failed to create remote directory ${path}: ${(error as Error).message}`);
    }
  }

  /** Makes a directory and those above it, where they are missing. */
  async makeDirectories(path: string): Promise<void> {
    const found = await this.kind(path);
    if (found === "directory") return;
    if (found === "other") throw new Error(`mkdir ${path}: not a directory`);
    const parent = posix.dirname(path);
    if (parent !== path) await this.makeDirectories(parent);
    try {
      await this.call((done) => this.sftp.mkdir(path, done));
    } catch (error) {
      // Another copy may have been quicker.
      if ((await this.kind(path)) !== "directory") throw error;
    }
  }

  /** Makes the directories above `path`. */
  async makeParents(path: string): Promise<void> {
    try {
      await this.makeDirectories(posix.dirname(path));
    } catch (error) {
      throw new Error(`failed to create parent directories for ${path}: ${(error as Error).message}`);
    }
  }

  /** Writes a file with this content, whatever stood there. */
  async write(path: string, content: string): Promise<void> {
    try {
      await this.call((done) => this.sftp.writeFile(path, content, done));
    } catch (error) {
      throw new Error(`failed to create remote file ${path}: ${(error as Error).message}`);
    }
  }

  /** Writes a file with the content of a local one. */
  async upload(from: string, to: string): Promise<void> {
    try {
      await this.call((done) => this.sftp.fastPut(from, to, done));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (typeof code === "string") throw new Error(`open ${from}: ${systemErrorText(code) ?? message}`);
      throw new Error(`failed to create remote file ${to}: ${message}`);
    }
  }

  private async call<T>(start: (done: (error: Error | undefined | null, value?: T) => void) => void): Promise<T> {
    try {
      return await whileOpen<T>(this.client, start as never);
    } catch (error) {
      throw Object.assign(error as Error, { message: reason(error as Error & { code?: number }) });
    }
  }
}

/** A call's result, or an error if the connection ends before it comes. */
function whileOpen<T>(client: Client, start: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error("connection lost"));
    client.once("close", gone);
    start((error, value) => {
      client.removeListener("close", gone);
      if (error) reject(error);
      else resolve(value);
    });
  });
}

function reason(error: Error & { code?: number | string }): string {
  if (error.code === noSuchFile) return "file does not exist";
  if (error.code === permissionDenied) return "permission denied";
  if (error.code === failure) return `sftp: "${error.message}" (SSH_FX_FAILURE)`;
  return error.message;
}
