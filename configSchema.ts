import ipaddr from "ipaddr.js";
import { z } from "zod";
import { backups } from "./configBackups";
import { quoted, section, size, supportedImage, systemUsers, text, unixUser, whole } from "./configRules";
import { severalMistakes } from "./configSeveral";
import { monitoring, processes, redis, schedule, serviceMistakes } from "./configServices";
import { build, source } from "./configSource";
import { referable, unknownReferences } from "./render/variables";

const hostName = z
  .string()
  .transform((value) => value.trim().toLowerCase().replace(/\.$/, ""))
  .refine(
    (value) =>
      value.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/.test(value),
    {
      error: ({ input }) => `${quoted(input)} is not a host name. ${hostNameRemedy(String(input))}`,
    },
  );

function hostNameRemedy(value: string): string {
  if (/\s/.test(value)) return "Remove the space.";
  if (value.includes("/")) return "Give the name alone, without https:// and path.";
  if (value.includes("*")) return "Wildcards are not served; list the names.";
  if (/[^a-z0-9.-]/.test(value))
    return "Use letters, digits, dots and dashes (an international name in its xn-- form).";
  return "Give a name like www.example.org.";
}

const cidr = z.string().refine((value) => ipaddr.isValidCIDR(value) && Number(value.split("/")[1]) >= 8, {
  error: ({ input }) =>
    /\/0$/.test(String(input))
      ? `${quoted(input)} is the whole world. Give the addresses that operators have, e.g. 203.0.113.7/32.`
      : `${quoted(input)} is not a range of addresses of /8 or smaller. Write it as 203.0.113.7/32.`,
});

const sshKey = text(
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+=*( .*)?$/,
  "is not a public SSH key. Give one line of an id_….pub file.",
);

const identifier = text(
  /^[A-Za-z_][A-Za-z0-9_]{0,55}$/,
  "is not a name for PostgreSQL. Use a letter first, then letters, digits and _, at most 56.",
);

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: ({ input }) => `${quoted(input)} is not one value. Write text, in quotes if it is empty or has several lines.`,
});

const variable = text(/^[^=\0]+$/, "is not a variable's name. It can't be empty, nor hold a = or a NUL.");

const value = scalar.transform(String).superRefine((text, context) => {
  for (const name of unknownReferences(text)) {
    context.addIssue({
      code: "custom",
      message: `\${${name}} refers to nothing. Known: ${referable.join(", ")}; write $\${ for a plain \${.`,
    });
  }
});

const email = text(
  /^[^@\s]+@(?!example\.(com|net|org)$)[^@\s]+\.[^@\s]+$/i,
  "is not an address that an authority would write to. Give one of yours, like admin@your-domain.",
);

const reach = text(
  /^((https?:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/\S*)?)$/i,
  "is not something to reach. Give a host, host:port or URL, e.g. www.giantbomb.com or https://api.paypal.com/v1/.",
);

const plan = text(/^g[0-9]+-[a-z0-9-]+$/, "is not a plan. Give one of Linode's type ids, e.g. g6-nanode-1.");

const app = section({
  ...source,
  // The unix user that the site runs as; the site's name where nothing is said.
  user: unixUser.optional(),
  // A kept release that serves in place of the source's, and how the database may be made to fit it: written by ./site rollback.
  release: text(/^[0-9a-f]{12}$/, "is not a release's id: 12 hexadecimal digits, see ./site releases.").optional(),
  rollback: section({
    mode: z
      .enum(["plain", "migrate", "restore"], {
        error: ({ input }) => `${quoted(input)} is none of plain, migrate, restore.`,
      })
      .default("plain"),
  }).prefault({}),
  secretKeyRotation: whole(0, 100_000).default(0),
  wsgi: text(
    /^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/,
    'is not a WSGI application. Write it like "config.wsgi:application".',
  ).optional(),
  asgi: text(
    /^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/,
    'is not an ASGI application. Write it like "config.asgi:application".',
  ).optional(),
  settings: text(/^[A-Za-z_][\w.]*$/, 'is not a module. Write it like "config.settings.production".'),
  ...build,
  server: section({
    workers: whole(1, 32).optional(),
    threads: whole(1, 64).optional(),
    class: z
      .enum(["gthread", "sync", "uvicorn"], {
        error: ({ input }) => `${quoted(input)} is none of gthread, sync (for app.wsgi), uvicorn (for app.asgi).`,
      })
      .optional(),
    websockets: z.boolean().optional(),
    timeoutSeconds: whole(1, 3600).default(30),
    maxBody: size.default("20m"),
  }).prefault({}),
  health: section({
    path: text(/^\/\S*$/, "is not a path. Start it with /.").default("/"),
    status: whole(200, 499).default(200),
    text: z.string().optional(),
  }).prefault({}),
  static: section({ url: z.string().default("/static/"), directory: z.string().default("staticfiles") }).prefault({}),
  media: section({
    url: z.string().default("/media/"),
    directory: z.string().default("media"),
    internal: z.boolean().default(false),
  }).prefault({}),
  processes,
  schedule,
  // Outside services that the site needs; `./site status` tries them from the application server.
  reaches: z.array(reach).default([]),
  env: z.record(variable, value).default({}),
  secrets: z.record(variable, value).default({}),
});

const tls = section({
  mode: z
    .enum(["letsencrypt", "provided", "selfsigned"], {
      error: ({ input }) => `${quoted(input)} is none of letsencrypt, provided, selfsigned.`,
    })
    .default("letsencrypt"),
  email: email.optional(),
  server: z
    .url({ error: ({ input }) => `${quoted(input)} is not the URL of an ACME directory.` })
    .default("https://acme-v02.api.letsencrypt.org/directory"),
  ca: z.string().optional(),
  certificate: z.string().optional(),
  privateKey: z.string().optional(),
}).superRefine((values, context) => {
  if (values.mode !== "provided") return;
  for (const key of ["certificate", "privateKey"] as const) {
    if (!values[key])
      context.addIssue({ code: "custom", path: [key], message: "is needed when tls.mode is provided: the PEM text." });
  }
});

/** The keys of `Pulumi.<stack>.yaml`, namespace `trinode`; what each means stands in Pulumi.yaml and README.md. */
export const siteSchema = section({
  site: text(
    /^(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "is not a site's name. Use 2 to 16 lower-case letters, digits and single inner hyphens, a letter first.",
  ).refine((name) => !systemUsers.has(name), {
    error: ({ input }) =>
      `${quoted(input)} is the name of a user that Debian has. Choose another one, e.g. ${String(input)}-site.`,
  }),
  domains: z.array(hostName).min(1, "is empty. Name at least one domain."),
  redirects: z.array(hostName).default([]),
  dns: section({ manage: z.boolean().default(false), zone: hostName.optional() }).prefault({}),
  region: z.string().default("fr-par"),
  image: text(supportedImage, "is not supported. Use linode/debian13, linode/debian12 or linode/ubuntu24.04.").default(
    "linode/debian13",
  ),
  plans: section({
    database: plan.default("g6-nanode-1"),
    app: plan.default("g6-nanode-1"),
    web: plan.default("g6-nanode-1"),
  }).prefault({}),
  topology: z
    .enum(["three", "single"], { error: ({ input }) => `${quoted(input)} is neither three nor single.` })
    .default("three"),
  appServers: whole(1, 8).default(1),
  operators: section({
    sshKeys: z.array(sshKey).min(1, "is empty. Give at least one public key: nobody could log in."),
    cidrs: z.array(cidr).min(1, "is empty. Say where operators are, e.g. 203.0.113.7/32."),
    privateKey: z.string().optional(),
  }),
  app,
  database: section({
    name: identifier.optional(),
    user: identifier.optional(),
    extensions: z.array(text(/^[a-z][a-z0-9_-]*$/, "is not an extension's name.")).default([]),
    dump: z.string().optional(),
    rotation: whole(0, 100_000).default(0),
  }).prefault({}),
  tls: tls.prefault({}),
  redis,
  backups: backups.prefault({}),
  monitoring,
  mail: section({ caught: z.boolean().default(false) }).prefault({}),
  protect: z.boolean().default(true),
  // Dollars a month, held by ./site check and by previews; 0 for none.
  costCeiling: whole(0, 1_000_000).default(0),
})
  .superRefine((site, context) => {
    const seen = new Set<string>();
    for (const [key, names] of [
      ["domains", site.domains],
      ["redirects", site.redirects],
    ] as const) {
      names.forEach((name, index) => {
        if (seen.has(name))
          context.addIssue({
            code: "custom",
            path: [key, index],
            message: `${quoted(name)} is named twice. Remove one.`,
          });
        seen.add(name);
      });
    }
    if (site.dns.manage && !site.dns.zone)
      context.addIssue({
        code: "custom",
        path: ["dns", "zone"],
        message: "is needed when dns.manage is true: the zone at Linode, e.g. example.org.",
      });
    const texts = Object.values({ ...site.app.env, ...site.app.secrets });
    if (site.app.secretKeyRotation > 0 && !texts.some((text) => text.includes("${secretKeyFallbacks")))
      context.addIssue({
        code: "custom",
        path: ["app", "secretKeyRotation"],
        message:
          "no variable refers to ${secretKeyFallbacks}: every visitor would be signed out. Give the site a variable that it sets SECRET_KEY_FALLBACKS from.",
      });
    for (const [path, message] of [...serviceMistakes(site), ...severalMistakes(site)])
      context.addIssue({ code: "custom", path, message });
    for (const name of Object.keys(site.app.secrets)) {
      if (name in site.app.env)
        context.addIssue({
          code: "custom",
          path: ["app", "secrets", name],
          message: "stands in app.env too. Remove one.",
        });
    }
  })
  .transform((site) => ({
    ...site,
    // PostgreSQL's names: what stands for the site where nothing else is said.
    database: {
      ...site.database,
      name: site.database.name ?? site.site.replaceAll("-", "_"),
      user: site.database.user ?? site.site.replaceAll("-", "_"),
    },
  }));
