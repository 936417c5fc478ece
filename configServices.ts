import { z } from "zod";
import { calendar, quoted, section, size, text, whole } from "./configRules";
import { commandWords } from "./render/commands";
import { references } from "./render/variables";

/** What runs beside the site's pages, and what watches over it: extra keys of `configSchema.ts`. */

const name = text(
  /^(?=.{1,24}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "is not a name for a process or a schedule. Use up to 24 lower-case letters, digits and single inner hyphens, a letter first.",
);

const command = z.string().superRefine((value, context) => {
  try {
    commandWords(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: `${quoted(value)} ${error instanceof Error ? error.message : ""}` });
  }
});

const signals = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"] as const;

/** `app.processes`: programs that run all the time, beside gunicorn. */
export const processes = z
  .record(
    name,
    section({
      command,
      count: whole(1, 16).default(1),
      stopSeconds: whole(1, 3600).default(30),
      stopSignal: z
        .enum(signals, { error: ({ input }) => `${quoted(input)} is none of ${signals.join(", ")}.` })
        .default("TERM"),
    }),
  )
  .default({});

/** `app.schedule`: commands at set times. */
export const schedule = z
  .record(name, section({ command, at: calendar, timeoutSeconds: whole(1, 86_400).default(3600) }))
  .default({});

/** A size in whole megabytes. */
const megabytes = size.transform((value) =>
  Math.floor((Number.parseInt(value) * { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[value.slice(-1)]!) / 2 ** 20),
);

/** `redis`: nothing, or how much it may hold. */
export const redis = z
  .union([z.boolean(), section({ memory: megabytes.pipe(whole(8, 65_536)).optional() })], {
    error: ({ input }) => `${quoted(input)} is none of true, false, {memory: 64 MB}.`,
  })
  .default(false)
  .transform((value) => (value === false ? undefined : { memoryMb: value === true ? undefined : value.memory }));

// Never shown in a message: it is a secret.
const sentryDsn = z.string().refine((value) => /^https?:\/\/[^@/\s]+@[^/\s]+\/(\S+\/)?\d+$/.test(value), {
  error: () => "is not a DSN of Sentry. Copy it from the project's Client Keys: https://…@…/123.",
});

// A secret, too: whoever has it can post.
const webhook = z.string().refine((value) => /^https?:\/\/[^/\s]+\/?\S*$/.test(value), {
  error: () => "is not a webhook's URL. Copy it from the service that it belongs to: https://….",
});

const address = text(/^[^\s@,<>]+@[^\s@,<>]+$/, "is not a mail address. Write it like ops@example.org.");

/** How alerts are mailed. */
const mail = section({
  to: z
    .union([address, z.array(address).min(1, "is empty. Name at least one.")])
    .transform((value) => (Array.isArray(value) ? value : [value])),
  from: address,
  server: text(
    /^[A-Za-z0-9.-]+:\d{1,5}$/,
    "is not a mail server. Write it with its port, like smtp.example.org:2525 (Linode blocks 25, 465 and 587 on new accounts).",
  ),
  security: z
    .enum(["tls", "none"], { error: ({ input }) => `${quoted(input)} is neither tls nor none.` })
    .default("tls"),
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
}).superRefine(({ security, user, password }, context) => {
  if ((user === undefined) !== (password === undefined))
    context.addIssue({ code: "custom", path: ["user"], message: "and email.password go together. Set both, or none." });
  if (security === "none" && password !== undefined)
    context.addIssue({ code: "custom", path: ["security"], message: "none would show the password. Set it to tls." });
});

/** `monitoring`: who hears of errors, of load, and of copies that are not well. */
export const monitoring = section({
  sentryDsn: sentryDsn.optional(),
  webhook: webhook.optional(),
  email: mail.optional(),
  alerts: section({
    cpu: whole(0, 4800).optional(),
    io: whole(0, 100_000).optional(),
    networkIn: whole(0, 40_000).optional(),
    networkOut: whole(0, 40_000).optional(),
    transferQuota: whole(0, 400).optional(),
  }).optional(),
}).prefault({});

/** What the site's keys have to do with each other. */
interface Services {
  site: string;
  redis: unknown;
  app: {
    user?: string | undefined;
    wsgi?: string | undefined;
    asgi?: string | undefined;
    server: { class?: string | undefined; websockets?: boolean | undefined };
    processes: Record<string, unknown>;
    schedule: Record<string, unknown>;
    env: Record<string, string>;
    secrets: Record<string, string>;
  };
}

/** Mistakes that no single key has: where, and what. */
export function serviceMistakes({ site, app, redis: store }: Services): [path: string[], message: string][] {
  const { wsgi, asgi, server } = app;
  const mistakes: [string[], string][] = [];
  if (wsgi === undefined && asgi === undefined)
    mistakes.push([
      ["app", "wsgi"],
      'is missing. Set it (like "config.wsgi:application"), or app.asgi for an ASGI site.',
    ]);
  if (wsgi !== undefined && asgi !== undefined)
    mistakes.push([["app", "asgi"], "stands beside app.wsgi. Remove one: the site is run by the other."]);
  if (server.class !== undefined && (server.class === "uvicorn") !== (asgi !== undefined))
    mistakes.push([
      ["app", "server", "class"],
      `${quoted(server.class)} runs ${server.class === "uvicorn" ? "app.asgi" : "app.wsgi"}, which is not set. Leave it out.`,
    ]);
  if (server.websockets && asgi === undefined)
    mistakes.push([["app", "server", "websockets"], "needs app.asgi: a WSGI site has no websockets. Remove it."]);
  if (app.user === `${site}-build`)
    mistakes.push([
      ["app", "user"],
      `${quoted(app.user)} is the user that makes the site's releases. Choose another one.`,
    ]);
  for (const name of Object.keys(app.schedule))
    if (name in app.processes)
      mistakes.push([["app", "schedule", name], "is the name of a process too (app.processes). Give it another one."]);
  for (const key of ["env", "secrets"] as const)
    for (const [name, value] of Object.entries(app[key]))
      if (!store && references(value).some((reference) => reference.startsWith("redis.")))
        mistakes.push([["app", key, name], "refers to ${redis.…}, and there is none. Set trinode:redis to true."]);
  return mistakes;
}
