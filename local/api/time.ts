/** Linode's form of a moment: UTC, whole seconds, no zone (clients refuse a `Z`), e.g. `2018-01-02T03:04:05`. */
export function linodeTime(milliseconds: number = Date.now()): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}
