/** Downloads with short time limits, that go on where they were cut off, and are checked. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Archive } from "./versions";

/** How long a server may take to answer. */
const ANSWER_MS = 6_000;
/** How long a transfer may stand still. */
const STALL_MS = 15_000;

/** True if the server of the address answers at all. */
export async function answers(url: string, fetchImpl: typeof fetch = fetch): Promise<boolean> {
  try {
    const response = await fetchImpl(url, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Downloads an archive into `folder`, unless it is there, and checks it against the official list of sums.
 * @returns the file. @throws Error if it cannot be had or is not what the list says.
 */
export async function downloadArchive(
  archive: Archive,
  folder: string,
  progress: (line: string) => void,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, archive.file);
  const list = path.join(folder, archive.sums.file);
  if (!(await exists(list))) await download(archive.sums.url, list, () => {});
  if (!(await exists(file))) await download(archive.url, file, progress);
  await verify(file, list);
  return file;
}

/** @throws Error, and removes the file, if it is not what the list of sums says. */
export async function verify(file: string, list: string): Promise<void> {
  const name = path.basename(file);
  const wanted = sumOf(await readFile(list, "utf8"), name);
  if (wanted === undefined) throw new Error(`${list} has no checksum of ${name}.`);
  const found = await sha256(file);
  if (found === wanted) return;
  await rm(file, { force: true });
  throw new Error(
    `${name} is not what its publisher's list says (SHA-256 ${found}, not ${wanted}). It was removed; run again to get it anew.`,
  );
}

/** `<sum>  <file>` lines. */
export function sumOf(list: string, name: string): string | undefined {
  const line = list.split("\n").find((text) => text.trim().split(/\s+\*?/)[1] === name);
  return line?.trim().split(/\s+/)[0]?.toLowerCase();
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function download(url: string, file: string, progress: (line: string) => void): Promise<void> {
  const part = `${file}.part`;
  const have = await sizeOf(part);
  const control = new AbortController();
  let timer = setTimeout(() => control.abort(new Error(`no answer in ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  try {
    const headers: Record<string, string> = have > 0 ? { Range: `bytes=${have}-` } : {};
    const response = await fetch(url, { headers, signal: control.signal });
    if (!response.ok || response.body === null) throw new Error(`answer ${response.status}`);
    const goesOn = response.status === 206;
    const total = Number(response.headers.get("content-length") ?? 0) + (goesOn ? have : 0);
    let done = goesOn ? have : 0;
    let told = Date.now();
    const body = Readable.fromWeb(response.body);
    body.on("data", (chunk: Buffer) => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS);
      done += chunk.length;
      if (Date.now() - told < 2000) return;
      told = Date.now();
      progress(`${path.basename(file)}: ${megabytes(done)} of ${megabytes(total)} MB`);
    });
    await pipeline(body, createWriteStream(part, { flags: goesOn ? "a" : "w" }));
    await rename(part, file);
  } catch (error) {
    const reason = control.signal.aborted ? (control.signal.reason as Error) : (error as Error);
    throw new Error(`${url}: ${reason.cause instanceof Error ? reason.cause.message : reason.message}`);
  } finally {
    clearTimeout(timer);
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
