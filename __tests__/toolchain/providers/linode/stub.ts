/**
 * A small recording stand-in of Linode's API for the provider's tests: remembers every request in order, keeps what was
 * created in memory, and finishes every event on its second look. It knows nothing of validation: that is the local
 * Linode's job.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  created,
  configDefaults,
  imageShape,
  instanceDefaults,
  profileShape,
  recordDefaults,
  regionShape,
  typeShape,
} from "./stubShapes";

export interface StubRequest {
  method: string;
  /** With query, e.g. `/v4/linode/types?page=100`. */
  path: string;
  body?: unknown;
  filter?: string;
  headers: http.IncomingHttpHeaders;
}

type Entity = Record<string, unknown> & { id: number };
interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}
type Handler = (match: string[], body: Record<string, unknown>, request: StubRequest) => unknown;

const notFound: Answer = { status: 404, body: { errors: [{ reason: "Not found" }] } };
const page = (data: unknown[]) => ({ data, page: 1, pages: 1, results: data.length });

export class LinodeStub {
  readonly requests: StubRequest[] = [];
  /** Answers to give instead of the ordinary ones: the first that matches `METHOD path` is used once. */
  readonly surprises: { on: RegExp; answer: Answer }[] = [];
  readonly instances = new Map<number, Entity>();
  private nextId = 1000;
  private readonly collections = new Map<string, Map<number, Entity>>();
  private readonly events: Entity[] = [];
  /** Whether events have finished before anybody looks. */
  prompt = false;
  private readonly rdns = new Map<string, string>();
  private readonly server: http.Server;

  private constructor() {
    this.server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.answer(request, Buffer.concat(chunks).toString(), response));
    });
  }

  static async start(): Promise<LinodeStub> {
    const stub = new LinodeStub();
    await new Promise<void>((resolve) => stub.server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The requests since the last call, one line each as in the recorded traces; repeated ones are counted once. */
  trace(): string[] {
    const lines = this.requests.splice(0).map(({ method, path, body, filter }) => {
      const line = `${method} ${path}`;
      if (filter !== undefined) return `${line} ${filter}`;
      return body === undefined ? line : `${line} ${JSON.stringify(body)}`;
    });
    return lines.filter((line, index) => line !== lines[index - 1]);
  }

  collection(name: string): Map<number, Entity> {
    const found = this.collections.get(name) ?? new Map<number, Entity>();
    this.collections.set(name, found);
    return found;
  }

  private answer(request: http.IncomingMessage, text: string, response: http.ServerResponse): void {
    const { method = "GET", url = "", headers } = request;
    const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
    const filter = headers["x-filter"];
    const record: StubRequest = {
      method,
      path: url,
      body,
      filter: typeof filter === "string" ? filter : undefined,
      headers,
    };
    this.requests.push(record);
    const index = this.surprises.findIndex(({ on }) => on.test(`${method} ${url}`));
    const surprise = index < 0 ? undefined : this.surprises.splice(index, 1)[0]?.answer;
    const { status = 200, headers: extra = {}, body: json } = surprise ?? this.route(record, body ?? {}) ?? notFound;
    response.writeHead(status, { "Content-Type": "application/json", ...extra });
    response.end(JSON.stringify(json));
  }

  private route(request: StubRequest, body: Record<string, unknown>): Answer | undefined {
    const path = request.path.replace(/^\/v4(beta)?/, "").replace(/\?.*/, "");
    for (const [pattern, handler] of this.routes) {
      const match = new RegExp(`^${pattern}$`).exec(`${request.method} ${path}`);
      if (match === null) continue;
      const result = handler(match.slice(1), body, request);
      return result === undefined ? notFound : { body: result };
    }
    return { status: 501, body: { errors: [{ reason: `the stub has no ${request.method} ${path}` }] } };
  }

  private add(name: string, entity: object): Entity {
    const id = this.nextId++;
    const made = { id, created, updated: created, ...entity };
    this.collection(name).set(id, made);
    return made;
  }

  private event(action: string, instance: number, secondary: unknown = null): void {
    const entity = { id: instance, type: "linode", label: "", url: "" };
    this.events.unshift({
      id: 500000 + this.nextId++,
      created,
      action,
      status: this.prompt ? "finished" : "started",
      entity,
      secondary_entity: secondary,
    });
  }

  private readonly routes: [string, Handler][] = [
    ["GET /linode/types", () => page([])],
    ["GET /linode/types/(.*)", ([id]) => typeShape(id ?? "")],
    ["GET /regions/(.*)", ([id]) => regionShape(id ?? "")],
    ["GET /images/(.*)", ([id]) => imageShape(decodeURIComponent(id ?? ""))],
    ["GET /profile", () => profileShape],
    ["GET /account/events", (_match, _body, request) => page(this.matchingEvents(request.filter ?? "{}"))],
    ["GET /account/events/(\\d+)", ([id]) => this.finishEvent(Number(id))],
    ["POST /linode/instances", (_match, body) => this.createInstance(body)],
    ["GET /linode/instances/(\\d+)", ([id]) => this.seeInstance(Number(id))],
    ["PUT /linode/instances/(\\d+)", ([id], body) => Object.assign(this.instances.get(Number(id)) ?? {}, body)],
    ["DELETE /linode/instances/(\\d+)", ([id]) => this.deleteInstance(Number(id))],
    [
      "POST /linode/instances/(\\d+)/backups/(enable|cancel)",
      ([id, verb]) => this.setBackups(Number(id), verb === "enable"),
    ],
    [
      "POST /linode/instances/(\\d+)/(boot|reboot|shutdown|resize|migrate)",
      ([id, verb], body) => this.act(Number(id), verb ?? "", body),
    ],
    ["GET /linode/instances/(\\d+)/ips", ([id]) => this.ipsOf(Number(id))],
    ["POST /linode/instances/(\\d+)/ips", ([id]) => this.addPrivateIp(Number(id))],
    ["GET /linode/instances/(\\d+)/disks", ([id]) => page(this.ofInstance("disks", Number(id)))],
    ["GET /linode/instances/(\\d+)/disks/(\\d+)", ([, disk]) => this.collection("disks").get(Number(disk))],
    ["GET /linode/instances/(\\d+)/configs", ([id]) => page(this.ofInstance("configs", Number(id)))],
    ["GET /linode/instances/(\\d+)/configs/(\\d+)", ([, config]) => this.collection("configs").get(Number(config))],
    ["PUT /linode/instances/(\\d+)/configs/(\\d+)", ([, config], body) => this.putConfig(Number(config), body)],
    ["POST /networking/firewalls", (_match, body) => this.createFirewall(body)],
    ["GET /networking/firewalls/(\\d+)/rules", ([id]) => this.collection("firewalls").get(Number(id))?.rules],
    ["PUT /networking/firewalls/(\\d+)/rules", ([id], body) => this.putRules(Number(id), body)],
    ["GET /networking/firewalls/(\\d+)/devices", ([id]) => page(this.devicesOf(Number(id)))],
    ["POST /networking/firewalls/(\\d+)/devices", ([id], body) => this.addDevice(Number(id), body)],
    ["GET /networking/firewalls/\\d+/devices/(\\d+)", ([id]) => this.collection("devices").get(Number(id))],
    ["DELETE /networking/firewalls/\\d+/devices/(\\d+)", ([id]) => this.remove("devices", Number(id))],
    ["GET /networking/ips/(.*)", ([address]) => this.addressShape(address ?? "")],
    ["PUT /networking/ips/(.*)", ([address], body) => this.setRdns(address ?? "", body.rdns as string | null)],
    ["POST /vpcs/(\\d+)/subnets", (_match, body) => this.add("subnets", { linodes: [], ...body })],
    ["(GET|PUT|DELETE) /vpcs/\\d+/(subnets)/(\\d+)", (match, body) => this.entity(match, body)],
    ["GET /domains", () => page([...this.collection("domains").values()])],
    ["POST /domains/(\\d+)/records", (_match, body) => this.add("records", { ...recordDefaults, ...body })],
    ["(GET|PUT|DELETE) /domains/\\d+/(records)/(\\d+)", (match, body) => this.entity(match, body)],
    [
      "POST /networking/(firewalls)|POST /(vpcs|domains)|POST /profile/(sshkeys)",
      (match, body) => this.create(match, body),
    ],
    [
      "(GET|PUT|DELETE) /(?:networking/|profile/)?(firewalls|vpcs|domains|sshkeys)/(\\d+)",
      (match, body) => this.entity(match, body),
    ],
  ];

  private create(match: string[], body: object): Entity {
    const name = match.find((part) => part !== undefined) ?? "";
    const defaults: Record<string, object> = {
      vpcs: { description: "", subnets: [] },
      domains: { status: "active", tags: [] },
    };
    return this.add(name, { ...defaults[name], ...body });
  }

  private entity([method, name = "", id]: string[], body: object): unknown {
    const found = this.collection(name).get(Number(id));
    if (found === undefined) return undefined;
    if (method === "DELETE") return this.remove(name, found.id);
    return method === "PUT" ? Object.assign(found, body, { updated: "2026-01-02T03:04:06" }) : found;
  }

  private remove(name: string, id: number): object | undefined {
    return this.collection(name).delete(id) ? {} : undefined;
  }

  private matchingEvents(filter: string): Entity[] {
    const wanted = JSON.parse(filter) as Record<string, unknown> & { "+or"?: { action: string }[] };
    const actions = wanted["+or"]?.map(({ action }) => action) ?? [wanted.action];
    return this.events.filter(
      (event) => actions.includes(event.action as string) && (event.entity as Entity).id === wanted["entity.id"],
    );
  }

  private finishEvent(id: number): unknown {
    const found = this.events.find((event) => event.id === id);
    if (found === undefined) return undefined;
    const seen = { ...found };
    if (found.status === "started") found.status = "finished";
    const instance = this.instances.get((found.entity as Entity).id);
    if (seen.status === "finished" && instance !== undefined) instance.status = instance.wanted;
    return seen;
  }

  private createInstance(body: Record<string, unknown>): Entity {
    const id = this.nextId++;
    const type = typeShape(body.type as string);
    const swap = (body.swap_size as number | undefined) ?? 512;
    const booted = body.booted !== false && body.image !== undefined;
    const instance: Entity = {
      ...instanceDefaults,
      id,
      label: body.label ?? `linode${id}`,
      region: body.region,
      type: type.id,
      image: body.image ?? null,
      group: body.group ?? "",
      tags: body.tags ?? [],
      status: "provisioning",
      ipv4: ["203.0.113.28", ...(body.private_ip ? ["192.168.130.2"] : [])],
      backups: { ...instanceDefaults.backups, enabled: body.backups_enabled ?? false },
      specs: {
        ...instanceDefaults.specs,
        disk: type.disk,
        memory: type.memory,
        vcpus: type.vcpus,
        transfer: type.transfer,
      },
      has_user_data: body.metadata !== undefined,
      placement_group: null,
      wanted: booted ? "running" : "offline",
    };
    this.instances.set(id, instance);
    if (body.image !== undefined)
      this.addBootDisk(
        instance,
        type.disk - swap,
        swap,
        (body.interfaces as Record<string, unknown>[] | undefined) ?? [],
      );
    this.event("linode_create", id, { id: body.image, type: "image" });
    return withoutWanted(instance);
  }

  private addBootDisk(instance: Entity, size: number, swap: number, interfaces: Record<string, unknown>[]): void {
    const linode = instance.id;
    const common = { status: "ready", linode };
    const disk = this.add("disks", { ...common, label: "Debian 12 Disk", size, filesystem: "ext4" });
    const swapDisk = this.add("disks", { ...common, label: `${swap} MB Swap Image`, size: swap, filesystem: "swap" });
    this.add("configs", {
      ...configDefaults,
      linode,
      devices: { ...configDefaults.devices, sda: device(disk.id), sdb: device(swapDisk.id) },
      interfaces: interfaces.map((item) => this.interfaceShape(item)),
    });
  }

  private interfaceShape(item: Record<string, unknown>): object {
    const vpc = item.purpose === "vpc";
    const ipv4 = item.ipv4 as Record<string, unknown> | undefined;
    return {
      id: this.nextId++,
      purpose: item.purpose,
      primary: item.primary ?? false,
      active: true,
      label: item.label ?? null,
      ipam_address: item.ipam_address ?? null,
      subnet_id: item.subnet_id ?? null,
      vpc_id: vpc ? 999 : null,
      ip_ranges: item.ip_ranges ?? [],
      ipv4: vpc ? { vpc: ipv4?.vpc ?? "10.0.4.2", nat_1_1: ipv4?.nat_1_1 ?? null } : null,
    };
  }

  private seeInstance(id: number): unknown {
    const instance = this.instances.get(id);
    if (instance === undefined) return undefined;
    const seen = withoutWanted(instance);
    if (instance.status === "provisioning" && instance.wanted === "running") instance.status = "booting";
    else instance.status = instance.wanted;
    return seen;
  }

  private deleteInstance(id: number): object | undefined {
    if (!this.instances.delete(id)) return undefined;
    this.event("linode_delete", id);
    return {};
  }

  private setBackups(id: number, enabled: boolean): object {
    Object.assign(this.instances.get(id) ?? {}, { backups: { ...instanceDefaults.backups, enabled } });
    return {};
  }

  private act(id: number, verb: string, body: Record<string, unknown>): object | undefined {
    const instance = this.instances.get(id);
    if (instance === undefined) return undefined;
    if (verb === "resize") instance.type = body.type;
    if (verb === "migrate") instance.region = body.region;
    const config = this.ofInstance("configs", id)[0];
    const action = verb === "migrate" ? "linode_migrate_datacenter" : `linode_${verb}`;
    this.event(action, id, config === undefined ? null : { id: config.id, type: "linode_config" });
    if (verb !== "migrate") instance.wanted = verb === "boot" || verb === "reboot" ? "running" : "offline";
    if (verb === "reboot" || verb === "boot") instance.status = "booting";
    if (verb === "resize") instance.status = "offline";
    return {};
  }

  private ofInstance(name: string, linode: number): Entity[] {
    return [...this.collection(name).values()].filter((entity) => entity.linode === linode);
  }

  private ipsOf(id: number): unknown {
    const addresses = (this.instances.get(id)?.ipv4 ?? []) as string[];
    const of = (test: (address: string) => boolean) =>
      addresses.filter(test).map((address) => this.addressShape(address));
    const isPrivate = (address: string) => address.startsWith("192.168.");
    return {
      ipv4: { public: of((address) => !isPrivate(address)), private: of(isPrivate), shared: [], reserved: [], vpc: [] },
      ipv6: { slaac: null, link_local: null, global: [] },
    };
  }

  private addPrivateIp(id: number): unknown {
    const instance = this.instances.get(id);
    if (instance === undefined) return undefined;
    instance.ipv4 = [...(instance.ipv4 as string[]), "192.168.130.2"];
    return this.addressShape("192.168.130.2");
  }

  private putConfig(id: number, body: Record<string, unknown>): unknown {
    const config = this.collection("configs").get(id);
    if (config === undefined) return undefined;
    const interfaces = body.interfaces as Record<string, unknown>[] | null | undefined;
    if (interfaces) config.interfaces = interfaces.map((item) => this.interfaceShape(item));
    return config;
  }

  private createFirewall(body: Record<string, unknown>): Entity {
    const { devices, rules, ...rest } = body as { devices: { linodes?: number[] }; rules: object };
    const made = this.add("firewalls", {
      tags: [],
      status: "enabled",
      ...rest,
      rules: { ...rules, version: 1, fingerprint: "0a1b2c3d" },
    });
    for (const id of devices.linodes ?? []) this.addDevice(made.id, { id, type: "linode" });
    return { ...made, entities: [] };
  }

  private putRules(id: number, body: object): unknown {
    const firewall = this.collection("firewalls").get(id);
    if (firewall === undefined) return undefined;
    return (firewall.rules = { ...body, version: 2, fingerprint: "0a1b2c3e" });
  }

  private devicesOf(firewall: number): Entity[] {
    return [...this.collection("devices").values()].filter((entity) => entity.firewall === firewall);
  }

  private addDevice(firewall: number, { id, type }: Record<string, unknown>): Entity {
    return this.add("devices", {
      firewall,
      entity: { id, type, label: `linode${String(id)}`, url: `/v4/linode/instances/${String(id)}` },
    });
  }

  private addressShape(address: string): object {
    const rdns = this.rdns.get(address) ?? `${address.replaceAll(".", "-")}.ip.linodeusercontent.com`;
    const type = address.startsWith("192.168.") ? "private" : "public";
    return {
      address, gateway: "203.0.113.1", subnet_mask: "255.255.255.0", prefix: 24, type: "ipv4", public: type === "public",
      rdns, linode_id: 1, region: "fr-par", vpc_nat_1_1: null, reserved: false, interface_id: null,
    }; // prettier-ignore
  }

  private setRdns(address: string, rdns: string | null): object {
    if (rdns === null) this.rdns.delete(address);
    else this.rdns.set(address, rdns);
    return this.addressShape(address);
  }
}

const device = (disk_id: number) => ({ disk_id, volume_id: null });

const withoutWanted = (instance: Entity): Entity => ({ ...instance, wanted: undefined });
