import { z } from "zod";
import { calendar, quoted, section, text } from "./configRules";

/** `backups`: when copies are made, how long they are kept, where they go. */

const period = text(/^[1-9]\d{0,3}[dwmy]$/, "is not a time. Write it like 7d, 2w, 3m or 1y.");

const secret = (rule: RegExp, complaint: string) =>
  // Never shown in a message: it is a secret.
  z.string().refine((value) => rule.test(value), { error: () => complaint });

const bucketName = text(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "is not a bucket's name. Use 3 to 63 lower-case letters, digits, dots and hyphens.",
);

/** Another key for the same bucket. */
const keyPair = (name: string) =>
  section({
    accessKey: secret(/^\S+$/, "is not an access key."),
    secretKey: secret(/^\S+$/, `is not a secret key. Give the one that belongs to backups.offsite.${name}.accessKey.`),
  });

/** An S3 bucket that exists; the server's key need only add to it. */
const offsite = section({
  endpoint: z
    .string()
    .transform((value) => value.replace(/\/+$/, ""))
    .refine((value) => /^https:\/\/[a-z0-9.-]+(:\d+)?$/i.test(value), {
      error: ({ input }) =>
        `${quoted(input)} is not an S3 endpoint. Give its URL, e.g. https://fr-par-1.linodeobjects.com.`,
    }),
  bucket: bucketName,
  region: text(/^[a-z0-9-]+$/, "is not a region. Give the one of the bucket, e.g. fr-par-1.").default("us-east-1"),
  prefix: text(
    /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
    "is not a folder in a bucket. Write it like trinode/prod.",
  ).optional(),
  accessKey: secret(/^\S+$/, "is not an access key. Give the one of a key that may read and add to the bucket."),
  secretKey: secret(/^\S+$/, "is not a secret key. Give the one that belongs to backups.offsite.accessKey."),
  watch: keyPair("watch").optional(),
  prune: keyPair("prune").optional(),
});

/** A bucket of Linode's that the program makes, or finds again. */
const linode = section({
  bucket: bucketName,
  region: text(/^[a-z]{2}-[a-z]+(-\d)?$/, "is not a region of Linode's. Give one with Object Storage, e.g. it-mil."),
  deletedDays: z.number().int().min(7).max(3650).default(90),
});

/** Linode's own backups of whole machines. */
const machines = section({
  day: z.enum(["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]).optional(),
  window: text(
    /^W(0|2|4|6|8|10|12|14|16|18|20|22)$/,
    "is not a window of Linode's. Write W and an even hour (UTC): W2 is from 02:00 to 04:00.",
  ).optional(),
});

export const backups = section({
  schedule: calendar.default("*-*-* 02:15"),
  drill: calendar.default("Sun *-*-* 04:30"),
  keep: section({
    all: period.default("7d"),
    daily: period.default("3m"),
    weekly: period.default("1y"),
  }).prefault({}),
  // What copies off the server are encrypted with: it must outlive the stack's state, so it is configuration.
  key: secret(
    /^[\x21-\x7e]{32,200}$/,
    "is not a backup key: 32 or more letters, digits and signs. Have one made: ./site init.",
  ).optional(),
  offsite: offsite.optional(),
  linode: linode.optional(),
  // Left out, what is set at Linode stays: `false` has Linode delete all that there are.
  machines: z.union([z.boolean(), machines]).optional(),
}).superRefine(({ offsite: copies, linode: made, key }, context) => {
  if (copies && made)
    context.addIssue({
      code: "custom",
      path: ["offsite"],
      message: "cannot be together with backups.linode: copies go to one bucket. Leave one of them out.",
    });
  if ((copies ?? made) && !key)
    context.addIssue({
      code: "custom",
      path: ["key"],
      message:
        "is missing: copies in a bucket are encrypted with it. Have one made and keep it in a safe place, too: ./site init.",
    });
});
