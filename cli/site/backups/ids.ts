/** What a backup is called: the moment it began, in UTC, like `20260131T021500Z`; the same on every server. */
export function backupId(when: Date): string {
  return when.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

/** The moment of an id, as ISO writes it. */
export function momentOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
}

export const isBackupId = (text: string): boolean => /^20\d{6}T\d{6}Z$/.test(text);
