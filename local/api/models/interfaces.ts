import ipaddr from "ipaddr.js";
import type { Cloud } from "../cloud";
import type { Config, Interface, Subnet } from "../records";
import type { InterfaceBody } from "../schemas/instances";
import { block, dotted, number } from "./addresses";
import type { Checks } from "./checks";

interface PlanArgs {
  bodies: InterfaceBody[];
  region: string;
  /** Where they will be; its present interfaces may keep their ids and addresses. */
  config?: Config;
  /** Name of the request's list, for errors. */
  field?: string;
}

/**
 * What the interfaces of a config would be; ids are 0 where new. Nothing is written.
 * https://techdocs.akamai.com/linode-api/reference/post-add-linode-config
 */
export function planInterfaces(
  cloud: Cloud,
  checks: Checks,
  { bodies, region, config, field = "interfaces" }: PlanArgs,
): Interface[] {
  checks.that(bodies.filter((body) => body.primary).length <= 1, "Only one interface can be primary.", field);
  checks.that(
    bodies.filter((body) => body.purpose === "public").length <= 1,
    "Only one public interface per config is allowed.",
    field,
  );
  const kept = [...(config?.interfaces ?? [])];
  const taken: string[] = [];
  return bodies.flatMap((body, index): Interface[] => {
    const at = `${field}[${index}]`;
    const absent = unsupported(body);
    if (absent) {
      checks.that(false, `${absent[0]} not available on the local Linode.`, `${at}.${absent[1]}`);
      return [];
    }
    if (body.purpose === "public")
      return [
        {
          id: keep(kept, (one) => one.purpose === "public")?.id ?? 0,
          purpose: "public",
          primary: body.primary ?? false,
        },
      ];
    const subnet = body.subnet_id == null ? undefined : cloud.store.get("subnet", body.subnet_id);
    if (!checks.that(body.subnet_id != null, "subnet_id is required", `${at}.subnet_id`)) return [];
    if (!checks.that(subnet !== undefined, "Subnet not found", `${at}.subnet_id`) || !subnet) return [];
    checks.that(
      cloud.store.get("vpc", subnet.vpc)?.region === region,
      "VPC must be in the same region as the Linode",
      `${at}.subnet_id`,
    );
    const before = keep(kept, (one) => one.purpose === "vpc" && one.subnet === subnet.id);
    const address = vpcAddress(cloud, checks, { body, subnet, config, before, taken, at });
    if (!address) return [];
    taken.push(`${subnet.vpc}/${address}`);
    return [
      {
        id: before?.id ?? 0,
        purpose: "vpc",
        primary: body.primary ?? false,
        vpc: subnet.vpc,
        subnet: subnet.id,
        address,
      },
    ];
  });
}

/** Gives new ones their ids, inside of a write. */
export function withIds(cloud: Cloud, interfaces: Interface[]): Interface[] {
  return interfaces.map((one) => (one.id === 0 ? { ...one, id: cloud.store.nextId() } : one));
}

/** Every interface in this VPC, or in all, with where it is. */
export function vpcInterfaces(
  { store }: Cloud,
  vpc?: number,
): { config: Config; one: Interface & { purpose: "vpc" } }[] {
  return store
    .list("config")
    .flatMap((config) =>
      config.interfaces.flatMap((one) =>
        one.purpose === "vpc" && (vpc === undefined || one.vpc === vpc) ? [{ config, one }] : [],
      ),
    );
}

function unsupported(body: InterfaceBody): [what: string, field: string] | undefined {
  if (body.purpose === "vlan") return ["VLANs are", "purpose"];
  if (body.ipv4?.nat_1_1) return ["1:1 NAT of a VPC address (give a public interface instead) is", "ipv4.nat_1_1"];
  if (body.ip_ranges?.length) return ["Ranges routed to a VPC interface are", "ip_ranges"];
  if (body.ipv6 && Object.keys(body.ipv6).length > 0) return ["IPv6 in a VPC is", "ipv6"];
  return undefined;
}

interface AddressArgs {
  body: InterfaceBody;
  subnet: Subnet;
  config: Config | undefined;
  before: Interface | undefined;
  taken: string[];
  at: string;
}

/** The address asked for, the one it had, or the first free one; undefined when none will do. */
function vpcAddress(
  cloud: Cloud,
  checks: Checks,
  { body, subnet, config, before, taken, at }: AddressArgs,
): string | undefined {
  const { base, size } = block(subnet.ipv4);
  const others = vpcInterfaces(cloud, subnet.vpc).filter((other) => other.config.id !== config?.id);
  const used = new Set([...taken, ...others.map(({ one }) => `${one.vpc}/${one.address}`)]);
  const free = (address: string) => !used.has(`${subnet.vpc}/${address}`);
  const wanted = body.ipv4?.vpc || (before?.purpose === "vpc" ? before.address : undefined);
  if (!wanted) {
    // Linode keeps the first two and the last two addresses of a subnet.
    for (let index = 2; index < size - 2; index++) if (free(dotted(base + index))) return dotted(base + index);
    checks.that(false, "There is no free address left in the subnet.", `${at}.subnet_id`);
    return undefined;
  }
  const field = `${at}.ipv4.vpc`;
  if (!checks.that(ipaddr.IPv4.isValidFourPartDecimal(wanted), "Must be a valid IPv4 address", field)) return undefined;
  const index = number(wanted) - base;
  const fits =
    checks.that(index >= 0 && index < size, `Address must be in the subnet's range ${subnet.ipv4}`, field) &&
    checks.that(
      index >= 2 && index < size - 2,
      "Address is reserved: the first two and last two of a subnet can't be assigned",
      field,
    ) &&
    checks.that(free(wanted), "Address is already in use", field);
  return fits ? wanted : undefined;
}

/** Takes the first that fits out of the list. */
function keep(kept: Interface[], fits: (one: Interface) => boolean): Interface | undefined {
  const index = kept.findIndex(fits);
  return index < 0 ? undefined : kept.splice(index, 1)[0];
}
