import { z } from "zod";
import { calendarMistake } from "./render/calendar";

export const quoted = (value: unknown) => JSON.stringify(value);

/** Text by a rule: the message names the value, what is wrong and what to do. */
export function text(rule: RegExp, complaint: string) {
  return z.string().refine((value) => rule.test(value), { error: ({ input }) => `${quoted(input)} ${complaint}` });
}

/** Images that the servers' scripts know. */
export const supportedImage = /^linode\/(debian1[23]|ubuntu2[46]\.04)$/;

/** Of Debian's base-passwd and of what the servers run: no site and no unix user of one may be called so. */
export const systemUsers = new Set(
  "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody sshd messagebus postgres redis nginx supervisor trinode".split(
    " ",
  ),
);

/** As Debian's tools and systemd, which takes 31 characters, take it. */
export const unixUser = text(
  /^[a-z][a-z0-9_-]{0,30}$/,
  "is not a name for a unix user. Use up to 31 lower-case letters, digits, - and _, a letter first.",
).refine((name) => !systemUsers.has(name), {
  error: ({ input }) =>
    `${quoted(input)} is the name of a user that Debian has. Choose another one, e.g. ${String(input)}-site.`,
});

export const size = text(/^\d+ ?[kmg]b?$/i, "is not a size. Write it like 20 MB.").transform((value) =>
  value.toLowerCase().replace(/[ b]/g, ""),
);

/** When something happens, as systemd writes it. */
export const calendar = z.string().superRefine((value, context) => {
  const mistake = calendarMistake(value);
  if (mistake) context.addIssue({ code: "custom", message: `${quoted(value)} ${mistake}` });
});

export function whole(least: number, most: number) {
  const error = ({ input }: { input?: unknown }) => `${quoted(input)} is not a whole number from ${least} to ${most}.`;
  const inside = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return z.number({ error }).refine(inside, { error });
}

/** A plain object that refuses keys it does not know; with `prefault({})`, so that defaults inside count when it is left out. */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape);
