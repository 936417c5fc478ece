/** The server's side of SFTP over the real file system, as far as copies need it. */
import * as fs from "node:fs";
import { SFTPWrapper, utils } from "ssh2";

const { STATUS_CODE, OPEN_MODE } = utils.sftp;

export function serveFiles(sftp: SFTPWrapper): void {
  const open = new Set<number>();
  const handleOf = (buffer: Buffer) => buffer.readUInt32BE(0);
  const attempt = (id: number, action: () => void) => {
    try {
      action();
    } catch (error) {
      sftp.status(id, statusOf(error as NodeJS.ErrnoException));
    }
  };
  sftp.on("OPEN", (id, path, flags) =>
    attempt(id, () => {
      const number = fs.openSync(path, flags & OPEN_MODE.TRUNC ? "w" : flags & OPEN_MODE.WRITE ? "r+" : "r");
      open.add(number);
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(number, 0);
      sftp.handle(id, handle);
    }),
  );
  sftp.on("WRITE", (id, handle, offset, data) =>
    attempt(id, () => {
      fs.writeSync(handleOf(handle), data, 0, data.length, offset);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on("CLOSE", (id, handle) =>
    attempt(id, () => {
      open.delete(handleOf(handle));
      fs.closeSync(handleOf(handle));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  const stat = (id: number, path: string) => attempt(id, () => sftp.attrs(id, attributes(fs.statSync(path))));
  sftp.on("STAT", stat);
  sftp.on("LSTAT", stat);
  sftp.on("FSTAT", (id, handle) => attempt(id, () => sftp.attrs(id, attributes(fs.fstatSync(handleOf(handle))))));
  sftp.on("MKDIR", (id, path) =>
    attempt(id, () => {
      fs.mkdirSync(path);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on("end", () => {
    for (const number of open) fs.closeSync(number);
    sftp.end(); // Go's client waits for it.
  });
}

function attributes(stats: fs.Stats) {
  const { mode, uid, gid, size } = stats;
  return { mode, uid, gid, size, atime: stats.atimeMs / 1000, mtime: stats.mtimeMs / 1000 };
}

function statusOf(error: NodeJS.ErrnoException): number {
  if (error.code === "ENOENT") return STATUS_CODE.NO_SUCH_FILE;
  return error.code === "EACCES" || error.code === "EPERM" ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
