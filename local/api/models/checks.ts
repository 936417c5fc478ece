import { type Reason, invalidAll } from "../errors";

/** Collects everything that is wrong with a request, so that it is all told at once and before the first change. */
export class Checks {
  private readonly reasons: Reason[] = [];

  /** Notes a reason unless the condition holds; gives the condition back. */
  that(condition: boolean, reason: string, field?: string): boolean {
    if (!condition) this.reasons.push(field === undefined ? { reason } : { reason, field });
    return condition;
  }

  get passed(): boolean {
    return this.reasons.length === 0;
  }

  /** @throws ApiError with all reasons, if there are any. */
  done(): void {
    if (!this.passed) throw invalidAll(this.reasons);
  }
}

/** Undoubled and in order. */
export const tagsOf = (tags: string[] | null | undefined): string[] => [...new Set(tags ?? [])];

/** The given fields that are not null: null and absent both mean "leave it as it is". */
export function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** Linode's rule for labels of instances and firewalls: a letter first, no two separators in a row, alphanumeric ends. */
export function isLabel(label: string): boolean {
  return /^[a-zA-Z]((?!--|__|\.\.)[a-zA-Z0-9-_.])+$/.test(label) && /[a-zA-Z0-9]$/.test(label);
}

export const labelRule =
  "Must begin with a letter, end with a letter or number, and only use ASCII letters, numbers, single dashes, underscores and periods";
