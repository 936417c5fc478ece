import { images, regions, types } from "../catalog";
import type { Cloud } from "../cloud";
import type { Deployment, Disk } from "../records";
import type { CreateInstance } from "../schemas/instances";
import type { Checks } from "./checks";

type DeployBody = Pick<
  CreateInstance,
  "image" | "root_pass" | "authorized_keys" | "authorized_users" | "stackscript_id" | "metadata"
>;

/** What is to go onto a root disk, checked. https://techdocs.akamai.com/linode-api/reference/post-linode-instance */
export function planDeployment(cloud: Cloud, checks: Checks, body: DeployBody): Deployment {
  const image = body.image ?? null;
  checks.that(body.stackscript_id == null, "StackScripts are not available on the local Linode.", "stackscript_id");
  if (image !== null) {
    checkImage(cloud, checks, image);
    const credentials = [body.root_pass, body.authorized_keys?.length, body.authorized_users?.length].some(Boolean);
    checks.that(credentials, "Must provide valid root_pass, authorized_keys, or authorized_users");
    if (body.root_pass)
      checks.that(isStrong(body.root_pass), "Password does not meet strength requirement", "root_pass");
  }
  const userData = body.metadata?.user_data || null;
  if (userData !== null) checkUserData(checks, userData);
  return { image, rootPassword: body.root_pass ?? null, authorizedKeys: keysOf(cloud, checks, body), userData };
}

export function checkRegion(checks: Checks, region: string): void {
  checks.that(regions.has(region), "region is not valid", "region");
}

export function checkType(checks: Checks, type: string): void {
  checks.that(types.has(type), "A valid plan type by that ID was not found", "type");
}

/** The disks that an image makes: one of the system, and one to swap to. Ids are 0. */
export function disksOf(
  deployment: Deployment,
  rootMb: number,
  swapMb: number,
): Pick<Disk, "label" | "filesystem" | "size" | "image">[] {
  const image = deployment.image === null ? undefined : images.get(deployment.image);
  if (!image) return [];
  const swap = { label: `${swapMb} MB Swap Image`, filesystem: "swap" as const, size: swapMb, image: null };
  const root = { label: `${image.label} Disk`, filesystem: "ext4" as const, size: rootMb, image: image.id };
  return swapMb > 0 ? [root, swap] : [root];
}

function checkImage({ driver }: Cloud, checks: Checks, image: string): void {
  if (!checks.that(images.has(image), "image is not valid", "image")) return;
  const here = `${image} can't be deployed on the local Linode: machines here are made of ${driver.images.join(" or ")}.`;
  checks.that(driver.images.includes(image), here, "image");
}

function checkUserData(checks: Checks, userData: string): void {
  const decoded = Buffer.from(userData, "base64");
  const same = decoded.toString("base64").replace(/=+$/, "") === userData.replace(/\s|=+$/g, "");
  checks.that(same, "user_data must be base64-encoded", "metadata.user_data");
  checks.that(decoded.length <= 65535, "Decoded user_data must not exceed 65535 bytes", "metadata.user_data");
}

function keysOf({ store, username }: Cloud, checks: Checks, body: DeployBody): string[] {
  const keys = (body.authorized_keys ?? []).map((key) => key.trim());
  keys.forEach((key, index) => checks.that(isSshKey(key), sshKeyRule, `authorized_keys[${index}]`));
  const users = body.authorized_users ?? [];
  users.forEach((user, index) =>
    checks.that(user === username, `Username ${user} is invalid`, `authorized_users[${index}]`),
  );
  return [...new Set([...keys, ...(users.length > 0 ? store.list("sshkey").map((key) => key.ssh_key) : [])])];
}

export const sshKeyRule =
  "SSH Key key-type must be ssh-dss, ssh-rsa, ecdsa-sha2-nistp, ssh-ed25519, or sk-ecdsa-sha2-nistp256.";

export function isSshKey(key: string): boolean {
  const [type, data] = key.split(/\s+/);
  if (
    !/^(ssh-dss|ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$/.test(
      type ?? "",
    )
  )
    return false;
  const bytes = Buffer.from(data ?? "", "base64");
  return bytes.length > 4 && bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString() === type && !key.includes("\n");
}

/**
 * Linode scores passwords; this refuses those that no score lets pass: few different characters, digits only, a run of
 * neighbours, or a well-known word with little around it.
 */
export function isStrong(password: string): boolean {
  if (new Set(password).size < 6 || /^\d+$/.test(password)) return false;
  const neighbours = [...password].filter(
    (_, at) => at > 0 && Math.abs(password.charCodeAt(at) - password.charCodeAt(at - 1)) <= 1,
  );
  const rest = password
    .toLowerCase()
    .replace(/password|passw0rd|qwerty|letmein|welcome|admin|linode|root|123+4*5*6*7*8*9*0*/g, "");
  return neighbours.length < password.length / 2 && rest.length >= 4;
}
