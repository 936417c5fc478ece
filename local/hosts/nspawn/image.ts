import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./command";

const SCRIPTS = path.join(__dirname, "scripts");
const EXTRA_AUTHORITIES = "/usr/local/share/ca-certificates";

interface Recipe {
  suite: string;
  packages: string[];
  /** Script that finishes the tree. */
  customize: string;
}

/** What Linode's Debian image has and a deployment may count on. cloud-init runs only where a host has user data. */
const HOST_PACKAGES = [
  ...["systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "sudo", "locales"],
  ...["iproute2", "iputils-ping", "netbase", "procps", "less", "nano"],
  ...["ca-certificates", "curl", "gpgv", "tzdata", "python3", "cloud-init", "unattended-upgrades"],
];

const host = (suite: string): Recipe => ({ suite, packages: HOST_PACKAGES, customize: "customize-image.sh" });

/** What can be deployed here; the ids are Linode's. */
const HOST_RECIPES: Record<string, Recipe> = {
  "linode/debian13": host("trixie"),
  "linode/debian12": host("bookworm"),
};

/** The tree that the network's own services run from, so that they need nothing of this machine's distribution. */
export const SERVICES_IMAGE = "services";

const RECIPES: Record<string, Recipe> = {
  ...HOST_RECIPES,
  [SERVICES_IMAGE]: {
    suite: "trixie",
    packages: ["ca-certificates", "apt-cacher-ng", "caddy"],
    customize: "customize-services.sh",
  },
};

export const IMAGES = Object.keys(HOST_RECIPES);

export interface ImageOptions {
  /** Where built images are kept. */
  images: string;
  /** Told what is going on, since a build takes a minute. */
  log: (line: string) => void;
}

/**
 * The directory of an image, which is built first if it is not there yet. It is complete or absent: built beside and
 * renamed. Never write to it, hosts' disks are layers on top. @throws Error if there is no such image or it can't be built.
 */
export async function ensureImage(id: string, options: ImageOptions): Promise<string> {
  const directory = imageDirectory(id, options.images);
  if (fs.existsSync(directory)) return directory;
  fs.mkdirSync(options.images, { recursive: true });
  options.log(`Building image ${id}; this takes one to two minutes, once.`);
  const started = Date.now();
  // One build at a time, also among processes: the one that waited finds the image there.
  // In a mount namespace of its own: what an interrupted build had mounted is gone with it.
  const build = ["unshare", "--mount", "--propagation", "slave", "--", path.join(SCRIPTS, "build-image.sh")];
  await run("flock", [`${directory}.lock`, ...build], {
    env: { TARGET: directory, ...buildEnvironment(id) },
    onLine: (line) => {
      if (/^I: /.test(line)) options.log(line.slice(3));
    },
  });
  options.log(`Image ${id} is built (${Math.round((Date.now() - started) / 1000)} s).`);
  return directory;
}

/** Named after everything that goes into it: another recipe is another image, and hosts keep the one they have. */
function imageDirectory(id: string, images: string): string {
  const { MIRROR: _mirror, ...recipe } = buildEnvironment(id);
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const script of ["build-image.sh", "customize-image.sh"])
    hash.update(fs.readFileSync(path.join(SCRIPTS, script)));
  for (const certificate of extraAuthorities()) hash.update(fs.readFileSync(certificate));
  return path.join(images, `${id.replace(/^.*\//, "")}-${hash.digest("hex").slice(0, 12)}`);
}

function buildEnvironment(id: string) {
  const recipe = RECIPES[id];
  if (!recipe) throw new Error(`Image ${id} cannot be run here; only ${IMAGES.join(" and ")} can.`);
  return {
    SUITE: recipe.suite,
    PACKAGES: recipe.packages.join(","),
    CUSTOMIZE: recipe.customize,
    MIRROR: process.env.TRINODE_DEBIAN_MIRROR ?? "",
  };
}

/** A company's authorities that this machine trusts: behind its proxy, hosts need them too. */
function extraAuthorities(): string[] {
  if (!fs.existsSync(EXTRA_AUTHORITIES)) return [];
  return fs
    .readdirSync(EXTRA_AUTHORITIES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".crt"))
    .sort()
    .map((name) => path.join(EXTRA_AUTHORITIES, name));
}
