/** `linode.DomainRecord`. Source: terraform-provider-linode 3.1.1, linode/domainrecord. */
import type { Properties, Value } from "../base";
import { bridged, HalfMade } from "../base/bridge/bridged";
import { either, lengthBetween, oneOf, optional, required } from "../base/bridge/schema";
import { isNotFound, LinodeClient } from "./client";
import type { Linode } from "./config";
import { filled } from "./instance/request";

interface RecordShape {
  id: number;
  type: string;
  name: string;
  target: string;
  priority: number;
  weight: number;
  port: number;
  service: string | null;
  protocol: string | null;
  ttl_sec: number;
  tag: string | null;
}

const TYPES = ["A", "AAAA", "NS", "MX", "CNAME", "TXT", "SRV", "PTR", "CAA"];
/** The times that Linode knows; others are rounded up to one of them. */
const SECONDS = [0, 30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200];

const rounded = (seconds: number) => SECONDS.find((known) => known >= seconds) ?? SECONDS[SECONDS.length - 1];

export const domainRecord = bridged<Linode>({
  token: "linode:index/domainRecord:DomainRecord",
  flavour: "sdk",
  fields: {
    domainId: required("integer", { replace: true }),
    name: either("string", { check: lengthBetween(0, 100) }),
    recordType: required("string", { replace: true, check: oneOf(TYPES) }),
    ttlSec: optional("integer", {
      same: (have, want) => typeof want === "number" && want > 0 && rounded(want) === have,
    }),
    target: required("string", {
      same: (have, want) =>
        typeof have === "string" && typeof want === "string" && !want.includes(".") && have.includes(want),
    }),
    priority: optional("integer", { check: within(0, 255) }),
    protocol: optional("string"),
    service: optional("string"),
    tag: optional("string"),
    port: optional("integer"),
    weight: optional("integer"),
  },
  async create(want, plan, { client: { client } }) {
    const { domainId, recordType, name, target, priority, weight, port, service, protocol, ttlSec, tag } = want;
    const numbers = defined({ priority, weight, port });
    const body = {
      type: recordType,
      name: name ?? "",
      target,
      ...numbers,
      ...filled({ service, protocol, ttl_sec: ttlSec, tag }),
    };
    const path = `/domains/${domainId as number}/records`;
    const made = await client.post<RecordShape>("sdk", path, body).catch((error: Error) => {
      throw new Error(`Error creating a Linode DomainRecord: ${error.message}`);
    });
    const id = String(made.id);
    const state = await readRecord(client, domainId as number, id, name).catch((error: Error) => {
      throw new HalfMade(id, plan, `Error finding the specified Linode DomainRecord: ${error.message}`);
    });
    if (state === undefined) throw new Error(`DomainRecord ${id} was deleted while it was being created`);
    return { id, state };
  },
  async read(id, have, { client: { client } }) {
    if (have.domainId !== undefined) {
      const state = await readRecord(client, have.domainId as number, id, have.name);
      return state && { state };
    }
    const [, domain, record] = /^(\d+),(\d+)$/.exec(id) ?? [];
    if (domain === undefined || record === undefined) return undefined;
    // The importer reads it, and the read that follows knows its name by then.
    const imported = await readRecord(client, Number(domain), record, undefined);
    const state = imported && (await readRecord(client, Number(domain), record, imported.name));
    return state && { id: record, state };
  },
  async update({ id, have, want, plan }, { client: { client } }) {
    const domain = have.domainId as number;
    // A record that could not be read after it was made has none of these in its state yet.
    const number = (name: "priority" | "weight" | "port") =>
      have[name] === null && (want[name] ?? null) === null ? {} : { [name]: want[name] ?? 0 };
    const body = {
      type: plan.recordType,
      ...filled({ name: plan.name }),
      target: plan.target,
      ...number("priority"),
      ...number("weight"),
      ...number("port"),
      ...filled({ service: want.service, protocol: want.protocol, ttl_sec: want.ttlSec, tag: want.tag }),
    };
    await client.put("sdk", `/domains/${domain}/records/${id}`, body).catch((error: Error) => {
      throw new Error(`Error updating Domain Record: ${error.message}`);
    });
    const state = await readRecord(client, domain, id, plan.name);
    if (state === undefined) throw new Error(`DomainRecord ${id} was deleted while it was being updated`);
    return state;
  },
  async delete(id, have, { client: { client }, urn }) {
    await client.delete("sdk", `/domains/${have.domainId as number}/records/${id}`).catch((error: Error) => {
      throw new Error(
        `deleting ${urn}: 1 error occurred:\n\t* Error deleting Linode DomainRecord ${id}: ${error.message}\n\n`,
      );
    });
  },
});

async function readRecord(
  client: LinodeClient,
  domain: number,
  id: string,
  said: Value | undefined,
): Promise<Properties | undefined> {
  try {
    const record = await client.get<RecordShape>("sdk", `/domains/${domain}/records/${id}`);
    return { ...stateOf(domain, record), name: await nameOf(client, domain, record.name, said) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Linode cuts the domain off a name; what the program wrote stays if it means the same. */
async function nameOf(client: LinodeClient, domain: number, found: string, said: Value | undefined): Promise<string> {
  if (typeof said !== "string" || said === "") return found;
  const { domain: zone } = await client.get<{ domain: string }>("sdk", `/domains/${domain}`);
  const cut = said.endsWith(zone) ? said.slice(0, -zone.length) : said;
  return found === cut.replace(/\.$/, "") ? said : found;
}

function stateOf(domainId: number, record: RecordShape): Properties {
  return {
    domainId,
    name: record.name,
    recordType: record.type,
    target: record.target,
    priority: record.priority,
    weight: record.weight,
    port: record.port,
    service: record.service ?? "",
    protocol: record.protocol ?? "",
    ttlSec: record.ttl_sec,
    tag: record.tag ?? "",
  };
}

function defined(members: Properties): Properties {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

function within(least: number, most: number) {
  return (value: Value, name: string) =>
    typeof value !== "number" || (value >= least && value <= most)
      ? undefined
      : `expected ${name} to be in the range (${least} - ${most}), got ${value}`;
}
