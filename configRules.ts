import { z } from "zod";
import { calendarMistake } from "./render/calendar";

export const quoted = (value: unknown) => JSON.stringify(value);

/** Text by a rule: the message names the value, what is wrong and what to do. */
export function text(rule: RegExp, complaint: string) {
  return z.string().refine((value) => rule.test(value), { error: ({ input }) => `${quoted(input)} ${complaint}` });
}

/** Images that the servers' scripts know. */
export const supportedImage = /^linode\/(debian1[23]|ubuntu2[46]\.04)$/;

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
