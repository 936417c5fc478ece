import type { BackupPart } from "../../../render/backupFiles";
import { exitCodes, sentence, SiteError } from "../failure";
import type { Site } from "../site";
import { momentOf } from "./ids";

export type Place = "local" | "offsite";

/** What a server says of one copy. */
export interface Copy {
  id: string;
  part: BackupPart;
  bytes: number;
  rows?: number;
  tables?: number;
  files?: number;
  places: Partial<Record<Place, { snapshot: string; verifiedAt: string | null }>>;
}

/** What a drill came to, as `scripts/python/drill_note.py` notes it. */
export interface Drill {
  outcome: "well" | "failed";
  why: string | null;
  /** ISO. */
  began: string;
  backup: string | null;
  place: Place | null;
  sha256: string | null;
  rows: number;
  tables: number;
  seconds: Record<string, number>;
  site: { migrated: string[] } | null;
  uploads: { files: number } | null;
}

/** One backup: what was copied of the site at one time. */
export interface Backup {
  id: string;
  /** ISO. */
  when: string;
  parts: Partial<Record<BackupPart, Copy>>;
  /** The last one in which it was restored. @default none */
  drill?: Drill;
}

export interface Backups {
  /** The newest first. */
  backups: Backup[];
  /** What could not be looked at, and why. */
  unseen: string[];
}

interface Told {
  copies: Copy[];
  unseen: Partial<Record<Place, string>>;
  /** The newest first. @default the server has no drills yet */
  drills?: Drill[];
}

/** The backups that the servers know of. @throws SiteError when no server can say */
export async function readBackups(site: Site): Promise<Backups> {
  const servers = [...new Set([site.server("database"), site.server("app")])];
  const found = await Promise.allSettled(servers.map((server) => copiesOn(site, server.roles[0]!)));
  const told = found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const unseen = found.flatMap((one, i) =>
    one.status === "fulfilled"
      ? Object.entries(one.value.unseen).map(([place, why]) => `copies of ${servers[i]!.name} (${place}): ${why}`)
      : [`copies of ${servers[i]!.name}: ${sentence(one.reason)}`],
  );
  if (told.length === 0) throw new SiteError(unseen.join("; "), exitCodes.unseen);
  const drills = told.flatMap((one) => one.drills ?? []);
  return {
    backups: together(
      told.flatMap(({ copies }) => copies),
      drills,
    ),
    unseen,
  };
}

async function copiesOn(site: Site, role: "web" | "app" | "database"): Promise<Told> {
  const { stdout, stderr } = await site.try(role, "backups", "--json");
  if (!stdout.startsWith("{")) throw new SiteError(stderr.trim() || "the server did not say", exitCodes.unseen);
  return JSON.parse(stdout) as Told;
}

/** Copies that were made together, put together, with their last drill. */
export function together(copies: Copy[], drills: Drill[] = []): Backup[] {
  const backups = new Map<string, Backup>();
  for (const copy of copies) {
    const drill = drills.find(({ backup: tried }) => tried === copy.id);
    const backup = backups.get(copy.id) ?? { id: copy.id, when: momentOf(copy.id), parts: {}, ...(drill && { drill }) };
    backup.parts[copy.part] = copy;
    backups.set(copy.id, backup);
  }
  return [...backups.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Whether each part was read back, from that place, or from any. */
export function isWhole({ parts }: Backup, from?: Place): boolean {
  const verified = (part: BackupPart) =>
    Object.entries(parts[part]?.places ?? {}).some(([place, copy]) => (!from || place === from) && copy.verifiedAt);
  return verified("database") && verified("files");
}
