import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./command";

const SCRIPTS = path.join(__dirname, "scripts");
const EXTRA_AUTHORITIES = "/usr/local/share/ca-certificates";

interface Recipe {
  suite: string;
  components: string;
}

/** What can be deployed here; the ids are Linode's. */
const RECIPES: Record<string, Recipe> = {
  "linode/debian13": { suite: "trixie", components: "main" },
  "linode/debian12": { suite: "bookworm", components: "main" },
};

export const IMAGES = Object.keys(RECIPES);

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
  await run("flock", [`${directory}.lock`, path.join(SCRIPTS, "build-image.sh")], {
    env: { TARGET: directory, ...buildEnvironment(id) },
    onLine: (line) => {
      if (/^I: /.test(line)) options.log(line.slice(3));
    },
  });
  fs.rmSync(`${directory}.lock`, { force: true });
  options.log(`Image ${id} is built (${Math.round((Date.now() - started) / 1000)} s).`);
  return directory;
}

/** Named after everything that goes into it: another recipe is another image, and hosts keep the one they have. */
function imageDirectory(id: string, images: string): string {
  const hash = createHash("sha256").update(JSON.stringify(buildEnvironment(id)));
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
    COMPONENTS: recipe.components,
    MIRROR: process.env.TRINODE_DEBIAN_MIRROR ?? "http://deb.debian.org",
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
