/**
 * What a backup is called: the moment it began, in UTC, like `20260131T021501Z`; the same on every server. Never with
 * second 00, which is what a timer's backups have: one begun by hand in that second would otherwise be taken for the
 * same backup as the timer's of that minute.
 */
export function backupId(when: Date): string {
  return when.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "").replace(/00Z$/, "01Z");
}

/** The moment of an id, as ISO writes it. */
export function momentOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
}

export const isBackupId = (text: string): boolean => /^20\d{6}T\d{6}Z$/.test(text);
