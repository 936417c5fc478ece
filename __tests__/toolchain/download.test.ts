import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { answers, downloadArchive } from "../../toolchain/download";
import type { Archive } from "../../toolchain/versions";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const content = Buffer.alloc(300_000, "pulumi ");
const sum = createHash("sha256").update(content).digest("hex");

describe("a download", () => {
  let folder: string;
  let server: http.Server;
  let archive: Archive;
  let ranges: (string | undefined)[];
  let list: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "trinode-download-"));
    ranges = [];
    list = `${sum}  a.tar.gz\n`;
    server = http.createServer(({ url, headers }, response) => {
      if (url === "/sums") return void response.end(list);
      if (url !== "/a.tar.gz") return void response.writeHead(404).end();
      ranges.push(headers.range);
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
      const body = content.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, { "Content-Length": body.length }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    archive = { file: "a.tar.gz", url: `${base}/a.tar.gz`, sums: { file: "sums", url: `${base}/sums` } };
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const get = () => downloadArchive(archive, folder, () => {});

  it("is checked and kept", async () => {
    expect(readFileSync(await get())).toEqual(content);
    await get();
    expect(ranges).toHaveLength(1);
  });

  it("goes on where it was cut off", async () => {
    writeFileSync(path.join(folder, "a.tar.gz.part"), content.subarray(0, 100_000));
    expect(readFileSync(await get())).toEqual(content);
    expect(ranges).toEqual(["bytes=100000-"]);
  });

  it("that is not what the publisher's list says is refused and removed", async () => {
    list = `${"1".repeat(64)}  a.tar.gz\n`;
    await expect(get()).rejects.toThrow(/a\.tar\.gz is not what its publisher's list says/);
    expect(() => readFileSync(path.join(folder, "a.tar.gz"))).toThrow(/ENOENT/);
  });

  it("without a checksum in the list is refused", async () => {
    list = `${sum}  b.tar.gz\n`;
    await expect(get()).rejects.toThrow(/has no checksum of a\.tar\.gz/);
  });

  it("from a server that is not there fails with the address", async () => {
    archive.sums.url = archive.url.replace("/a.tar.gz", "/nothing");
    await expect(get()).rejects.toThrow(/\/nothing: answer 404/);
    expect(await answers(archive.sums.url)).toBe(false);
    expect(await answers(archive.url)).toBe(true);
  });
});
