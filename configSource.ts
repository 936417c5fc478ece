import { z } from "zod";
import { quoted, section, text } from "./configRules";
import { formatSource, parseSource } from "./source/address";

/** Where the site's source is, and how a release is made of it: keys of `app` in `configSchema.ts`. */

const relativePath = text(
  /^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/,
  "must be a path inside the source: no leading / and no ..",
);

const address = z.string().superRefine((value, context) => {
  try {
    formatSource(parseSource(value));
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

// What is wrong with these is said without their text: they are secrets.
const privateKey = z
  .string()
  .refine(
    (value) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n/.test(value),
    "is no private key. Give the file's whole text.",
  );
const token = z.string().refine((value) => /^[\x21-\x7e]+$/.test(value), "is no token. Remove spaces and line ends.");

/** `app.source` and how it is reached. */
export const source = {
  source: address,
  directory: relativePath.optional(),
  git: section({
    key: privateKey.optional(),
    token: token.optional(),
    user: text(/^[^\s:]+$/, "is not a login.").optional(),
    knownHosts: text(/^\S+ \S+ \S+/, "is no line of a known_hosts file. See ssh-keyscan HOST.").optional(),
    ca: text(/-----BEGIN CERTIFICATE-----/, "is no certificate in PEM.").optional(),
  }).prefault({}),
};

/** One path, or several. */
const paths = z.union([relativePath.transform((path) => [path]), z.array(relativePath)], {
  error: ({ input }) => `${quoted(input)} is neither a path inside the source nor a list of them.`,
});

const name = text(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, "is not a name of an extra or a group.");

const pipPackage = text(/^[^-\s]/, "is not a package. Options go into a requirements file of the source.");

const commands = z.array(text(/^(?!\s*$)[^\0]+$/, "is empty. Remove it, or say what is to be run.")).default([]);

/** What a release is built with, and what is run when. */
export const build = {
  python: z
    .unknown()
    .refine((value): value is string => typeof value === "string" && /^3\.\d{1,2}(\.\d{1,2})?$/.test(value), {
      error: ({ input }) => `${quoted(input)} is not a version of Python. Write it in quotes, like "3.12".`,
    })
    .optional(),
  install: section({
    requirements: paths.optional(),
    lock: relativePath.optional(),
    constraints: paths.optional(),
    project: z.boolean().optional(),
    extras: z.array(name).default([]),
    groups: z.array(name).default([]),
    packages: z.array(pipPackage).default([]),
    apt: z.array(text(/^[a-z0-9][a-z0-9+.-]+$/, "is not a Debian package's name.")).default([]),
  }).prefault({}),
  build: commands,
  beforeMigrate: commands,
  once: commands,
  envFile: relativePath.optional(),
  writable: z.array(relativePath).default([]),
};
