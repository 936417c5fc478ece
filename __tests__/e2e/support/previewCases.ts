/** A row of docs/changes.md: what is changed in the configuration, and what the comment on a request has to say of it. */
export interface PreviewCase {
  row: string;
  key: string;
  change: (value: never) => unknown;
  /** In the comment. */
  says: (string | RegExp)[];
  /** Not in the comment. */
  silent?: (string | RegExp)[];
  /** Whether it may be merged. @default true */
  refused?: boolean;
}

const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF another";
const app = (more: object) => (before: object) => ({ ...before, ...more });

const release = "gunicorn's processes restart one after the other";
const away = "**Away for a time**";
const destroys = "Would be destroyed";

export const previewCases: PreviewCase[] = [
  {
    row: "operators.sshKeys",
    key: "trinode:operators",
    change: (it: { sshKeys: string[] }) => ({ ...it, sshKeys: [...it.sshKeys, anotherKey] }),
    says: ["3 updated", "web server: operators' keys", "database server: operators' keys"],
    silent: ["Restarted", away],
  },
  {
    row: "operators.cidrs",
    key: "trinode:operators",
    change: (it: { cidrs: string[] }) => ({ ...it, cidrs: [...it.cidrs, "203.0.113.0/24"] }),
    says: [
      /the web server's cloud firewall: lets in `TCP 22 from .*203\.0\.113\.0\/24`; no longer lets in/,
      "PostgreSQL's files: it reloads",
    ],
    silent: [away],
  },
  {
    row: "domains",
    key: "trinode:domains",
    change: (it: string[]) => [...it, "shop.gamelenders.test"],
    says: [
      "DNS record `web-dns-shop.gamelenders.test-a` is created",
      "nginx's files: it reloads",
      "the certificate",
      release,
    ],
    silent: [away],
  },
  {
    row: "app.server.maxBody",
    key: "trinode:app",
    change: app({ server: { maxBody: "50 MB" } }),
    says: ["1 updated", "nginx's files"],
    silent: ["Restarted", away],
  },
  {
    row: "app.server.threads",
    key: "trinode:app",
    change: app({ server: { threads: 2 } }),
    says: [release],
    silent: [away],
  },
  {
    row: "app.env, app.secrets",
    key: "trinode:app",
    change: (it: { env: object }) => ({ ...it, env: { ...it.env, GREETING: "a-greeting-of-many-words" } }),
    says: [release],
    silent: [away, "a-greeting-of-many-words"],
  },
  {
    row: "app.source",
    key: "trinode:app",
    change: app({
      source: "__tests__/e2e/sites/awkward",
      directory: "src",
      wsgi: "awkward.wsgi:application",
      settings: "awkward.settings",
    }),
    says: [/\d+ (updated|replaced)/, "release is built beside"],
    silent: [away],
  },
  {
    row: "database.rotation",
    key: "trinode:database",
    change: app({ rotation: 1 }),
    says: [
      "PostgreSQL login `database-database-login-2` is created",
      "password `database-database-password-2` is created",
      release,
    ],
    silent: [away, destroys],
  },
  {
    row: "app.secretKeyRotation",
    key: "trinode:app",
    change: app({ secretKeyRotation: 1 }),
    says: ["password `site-secret-key-2` is created", release],
    silent: [away],
  },
  {
    row: "app.processes",
    key: "trinode:app",
    change: app({ processes: { worker: { command: "manage.py check" } } }),
    says: ["Restarted", "application server"],
    silent: [away],
  },
  {
    row: "app.schedule",
    key: "trinode:app",
    change: app({ schedule: { clean: { command: "manage.py clearsessions", at: "daily" } } }),
    says: ["application server"],
    silent: [away],
  },
  {
    row: "redis",
    key: "trinode:redis",
    change: () => true,
    says: ["password `redis-password` is created", "Redis restarts if its settings changed"],
    silent: [away],
  },
  {
    row: "monitoring.alerts",
    key: "trinode:monitoring",
    change: () => ({ alerts: { cpu: 80 } }),
    says: ["`alerts` of the Linode"],
    silent: [away, "Restarted"],
  },
  {
    row: "tls.*",
    key: "trinode:tls",
    change: () => ({ mode: "selfsigned" }),
    says: ["the certificate: fetched where names, mode or authority changed"],
    silent: [away],
  },
  {
    row: "plans.<role>",
    key: "trinode:plans",
    change: () => ({ web: "g6-standard-1" }),
    says: [away, "the web server: resized from `g6-nanode-1` to `g6-standard-1`; it is off", "$15 → $22 (+$7)"],
    silent: [destroys],
  },
  {
    row: "database.extensions",
    key: "trinode:database",
    change: app({ extensions: ["pg_trgm"] }),
    says: [/PostgreSQL extension `\S+pg_trgm` is created/],
    silent: ["Restarted", away],
  },
  { row: "image", key: "trinode:image", change: () => "linode/debian12", says: ["✅ Nothing changes"] },
  { row: "region", key: "trinode:region", change: () => "de-fra-2", says: ["✅ Nothing changes"] },
  {
    row: "database.name",
    key: "trinode:database",
    change: app({ name: "another" }),
    says: ["⛔ The servers would refuse this", "Set `trinode:database.name` back"],
    refused: true,
  },
  {
    row: "site",
    key: "trinode:site",
    change: () => "another",
    says: ["⛔ The servers would refuse this", "Set `trinode:site` back"],
    refused: true,
  },
  {
    row: "topology",
    key: "trinode:topology",
    change: () => "single",
    says: [
      "⛔ This would destroy data",
      "deleted: the database server, **with the database on it**",
      "deleted: the application server, **with what visitors have uploaded**",
      "the web server: the Linode is deleted",
      "$15 → $5 (−$10)",
    ],
    refused: true,
  },
];
