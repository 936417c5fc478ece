import { createHash } from "node:crypto";
import { gunzipSync } from "fflate";
import { extract } from "tar-stream";
import { plain, type StateResource } from "../stack";

/** A file as a step has put it on a server. */
export interface PutFile {
  path: string;
  /** Octal, e.g. `644`. */
  mode: string;
  owner: string;
  group: string;
  content: Buffer;
  /** Name of the step that brought it. */
  step?: string;
  /** Whether a script has put it there, from what was brought: its rights are then the script's. @default false */
  copied?: boolean;
}

/** What steps have put on one server: of each path the files that it may be, since several steps bring the same scripts along. */
export type Put = Map<string, PutFile[]>;

/** What was put on each server by the steps in the state, by the server's address. */
export async function putOnServers(resources: StateResource[]): Promise<Map<string, Put>> {
  const servers = new Map<string, Put>();
  for (const { urn, type, inputs = {} } of resources) {
    const [stdin, connection] = [plain(inputs.stdin), plain(inputs.connection) as { host?: unknown } | undefined];
    const host = plain(connection?.host);
    if (type !== "command:remote:Command" || typeof stdin !== "string" || typeof host !== "string") continue;
    const put = servers.get(host) ?? (new Map() as Put);
    servers.set(host, put);
    const step = urn.split("::").pop() ?? "";
    for (const file of await filesOf(stdin)) put.set(file.path, [...(put.get(file.path) ?? []), { ...file, step }]);
  }
  return servers;
}

/** The files and scripts of a bundle: see `encodeBundle` and `scripts/receive.sh`. */
export async function filesOf(bundle: string): Promise<PutFile[]> {
  const entries = await untar(Buffer.from(gunzipSync(Buffer.from(bundle, "base64"))));
  const manifest = entries.get("manifest")?.toString() ?? "";
  const files = manifest
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [index, mode = "", owner = "", group = "", path = ""] = line.split("\t");
      return { path, mode, owner, group, content: entries.get(`files/${index}`) ?? Buffer.alloc(0) };
    });
  const scripts = [...entries]
    .filter(([name]) => name.startsWith("scripts/"))
    .map(([name, content]) => ({
      ...{ path: `/usr/local/lib/trinode/${name.slice("scripts/".length)}`, content },
      ...{ mode: "755", owner: "root", group: "root" },
    }));
  return [...files, ...scripts];
}

export const checksum = (content: Buffer) => createHash("sha256").update(content).digest("hex");

function untar(archive: Buffer): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  return new Promise((resolve, reject) => {
    const tar = extract();
    tar.on("entry", ({ name }, stream, next) => {
      const parts: Buffer[] = [];
      stream.on("data", (part) => parts.push(part as Buffer));
      stream.on("end", () => (found.set(name, Buffer.concat(parts)), next()));
    });
    tar.on("finish", () => resolve(found));
    tar.on("error", reject);
    tar.end(archive);
  });
}
