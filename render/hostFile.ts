/** A file as it is to be on a host. */
export interface HostFile {
  /** Absolute. Its directory is made (0755, root) when missing. */
  path: string;
  content: string;
  /** e.g. `0o644`. */
  mode: number;
  /** Unix user; must exist by the time the step installs its files. */
  owner: string;
  group: string;
}

/** A file of root's, unless said otherwise. */
export function file(path: string, mode: number, content: string, owner = "root", group = owner): HostFile {
  return { path, content, mode, owner, group };
}
