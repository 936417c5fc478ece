import { TestCloud, anywhere, rootPass, sshKey } from "./client";

let cloud: TestCloud;
beforeAll(async () => (cloud = await TestCloud.start()));
afterAll(() => cloud.stop());

const linode = { region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", root_pass: rootPass };
const rule = { action: "ACCEPT", protocol: "TCP", ports: "22", addresses: anywhere };
const firewall = (rules: object[], label = "fw-label") => ({
  label,
  rules: { inbound: rules, inbound_policy: "DROP", outbound: [], outbound_policy: "ACCEPT" },
});

describe("what Linode refuses is refused in its words", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a region that is none", { region: "mars" }, "region: region is not valid"],
    ["a type that is none", { type: "g6-none" }, "type: A valid plan type by that ID was not found"],
    ["an image that is none", { image: "linode/none" }, "image: image is not valid"],
    ["a short password", { root_pass: "Sh0rt!" }, "root_pass: Length must be 11-128 characters"],
    ["a weak password", { root_pass: "12345678901" }, "root_pass: Password does not meet strength requirement"],
    ["no way in", { root_pass: undefined }, "Must provide valid root_pass, authorized_keys, or authorized_users"],
    ["a label with a double dash", { label: "web--1" }, "label: Must begin with a letter"],
    ["a short label", { label: "ab" }, "label: Length must be 3-64 characters"],
    ["a firewall that is none", { firewall_id: 99 }, "firewall_id: firewall_id is not valid"],
    ["a key that is none", { authorized_keys: ["ssh-rsa nonsense"] }, "authorized_keys[0]: SSH Key key-type must be"],
    [
      "user data that is no base64",
      { metadata: { user_data: "%%%" } },
      "metadata.user_data: user_data must be base64-encoded",
    ],
    [
      "a subnet that is none",
      { interfaces: [{ purpose: "vpc", subnet_id: 99 }] },
      "interfaces[0].subnet_id: Subnet not found",
    ],
    [
      "two public interfaces",
      { interfaces: [{ purpose: "public" }, { purpose: "public" }] },
      "interfaces: Only one public",
    ],
    [
      "an unknown policy",
      { maintenance_policy: "no" },
      "maintenance_policy: Unsupported maintenance policy slug format.",
    ],
    ["swap larger than the disk", { swap_size: 25000 }, "swap_size: The image needs a disk of at least 1800 MB."],
  ])("creating a Linode with %s", async (_, fields, reason) => {
    expect(await cloud.refusal("POST", "/linode/instances", { ...linode, ...fields })).toEqual([
      expect.stringContaining(reason),
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["an image that machines here are not made of", { image: "linode/ubuntu24.04" }],
    ["a VLAN", { interfaces: [{ purpose: "vlan", label: "lan" }] }],
    ["a StackScript", { stackscript_id: 1 }],
    ["Linode interfaces", { interface_generation: "linode" }],
    ["a placement group", { placement_group: { id: 1 } }],
    ["a reserved address", { ipv4: ["192.0.2.1"] }],
  ])("says that %s is not to be had here", async (_, fields) => {
    expect(await cloud.refusal("POST", "/linode/instances", { ...linode, ...fields })).toEqual([
      expect.stringMatching(/on the local Linode/),
    ]);
  });

  it("tells everything that is wrong at once, and makes nothing", async () => {
    const refused = await cloud.refusal("POST", "/linode/instances", {
      ...linode,
      region: "mars",
      type: "none",
      label: "a..b",
    });
    expect(refused).toHaveLength(3);
    expect(await cloud.list("/linode/instances")).toEqual([]);
    expect(await cloud.list("/networking/ips")).toEqual([]);
    expect(await cloud.list("/account/events")).toEqual([]);
  });

  it("needs what is required", async () => {
    expect(await cloud.refusal("POST", "/linode/instances", {})).toEqual([
      "region: region is required",
      "type: type is required",
    ]);
  });

  it.each<[string, object[], string]>([
    [
      "a port with a leading zero",
      [{ ...rule, ports: "022" }],
      "rules.inbound[0].ports: Port must not have leading zeroes",
    ],
    [
      "a port beyond the last",
      [{ ...rule, ports: "70000" }],
      "rules.inbound[0].ports: Ports must be between 1 and 65535.",
    ],
    [
      "a range backwards",
      [{ ...rule, ports: "90-80" }],
      "rules.inbound[0].ports: Range must start with a smaller number",
    ],
    ["words for ports", [{ ...rule, ports: "ssh" }], "rules.inbound[0].ports: Ports must be an integer"],
    [
      "sixteen ports",
      [{ ...rule, ports: Array.from({ length: 16 }, (_, at) => at + 1).join(",") }],
      "Max allowed is 15",
    ],
    ["ports of ICMP", [{ ...rule, protocol: "ICMP" }], "rules.inbound[0].ports: Ports are not allowed for ICMP"],
    ["no addresses", [{ ...rule, addresses: {} }], "rules.inbound[0].addresses: Must contain at least one"],
    [
      "an address that is none",
      [{ ...rule, addresses: { ipv4: ["10.0.0.0/33"] } }],
      "addresses.ipv4[0]: Must be a valid IPv4",
    ],
    [
      "an IPv4 among IPv6",
      [{ ...rule, addresses: { ipv6: ["10.0.0.0/8"] } }],
      "addresses.ipv6[0]: Must be a valid IPv6",
    ],
    ["26 rules", Array.from({ length: 26 }, () => rule), "rules: A firewall can have at most 25 rules"],
    [
      "an action that is none",
      [{ ...rule, action: "REJECT" }],
      "rules.inbound[0].action: Must be one of: ACCEPT, DROP",
    ],
    [
      "256 addresses",
      [{ ...rule, addresses: { ipv4: Array.from({ length: 256 }, (_, at) => `10.0.0.${at}/32`) } }],
      "at most 255 addresses",
    ],
  ])("a firewall with %s", async (_, rules, reason) => {
    expect(await cloud.refusal("POST", "/networking/firewalls", firewall(rules))).toEqual([
      expect.stringContaining(reason),
    ]);
  });

  it("wants both policies, and no other keys in rules", async () => {
    expect(await cloud.refusal("POST", "/networking/firewalls", { label: "abc", rules: { inbound: [] } })).toEqual([
      "rules.inbound_policy: inbound_policy is required",
      "rules.outbound_policy: outbound_policy is required",
    ]);
    const { id } = await cloud.ok("POST", "/networking/firewalls", firewall([rule], "keys"));
    const rules = { inbound: [], inbound_policy: "DROP", outbound: [], outbound_policy: "ACCEPT", ports: "1" };
    expect(await cloud.refusal("PUT", `/networking/firewalls/${id}/rules`, rules)).toEqual([
      "rules: Keys must be one of: inbound, inbound_policy, outbound, outbound_policy",
    ]);
  });

  it("labels are unique, each among its own", async () => {
    await cloud.linode({ label: "twice", booted: false });
    expect(await cloud.refusal("POST", "/linode/instances", { ...linode, label: "twice" })).toEqual([
      "label: Label must be unique among your linodes",
    ]);
    await cloud.ok("POST", "/networking/firewalls", firewall([rule], "twice"));
    expect(await cloud.refusal("POST", "/networking/firewalls", firewall([rule], "twice"))).toEqual([
      "label: Label must be unique among your Cloud Firewalls",
    ]);
    await cloud.ok("POST", "/vpcs", { label: "twice", region: "fr-par" });
    expect(await cloud.refusal("POST", "/vpcs", { label: "twice", region: "fr-par" })).toEqual([
      "label: Label must be unique among your VPCs",
    ]);
  });

  it("a Linode has one firewall", async () => {
    const one = await cloud.ok("POST", "/networking/firewalls", firewall([rule], "first"));
    const other = await cloud.ok("POST", "/networking/firewalls", firewall([rule], "second"));
    const { id } = await cloud.linode({ label: "walled", firewall_id: one.id });
    expect(await cloud.refusal("POST", `/networking/firewalls/${other.id}/devices`, { id, type: "linode" })).toEqual([
      expect.stringContaining("already assigned to another Cloud Firewall"),
    ]);
  });

  it("a VPC's subnets are private networks that don't overlap", async () => {
    const { id } = await cloud.ok("POST", "/vpcs", { label: "nets", region: "fr-par" });
    const add = (ipv4: string) =>
      cloud.refusal("POST", `/vpcs/${id}/subnets`, { label: `s-${ipv4.replace(/\W/g, "-")}`, ipv4 });
    await cloud.ok("POST", `/vpcs/${id}/subnets`, { label: "first", ipv4: "10.0.0.0/24" });
    expect(await add("10.0.0.1/24")).toEqual(["ipv4: Must be an IPv4 network"]);
    expect(await add("8.8.8.0/24")).toEqual([expect.stringContaining("ipv4: Must be within 10.0.0.0/8")]);
    expect(await add("192.168.128.0/24")).toEqual([expect.stringContaining("ipv4: Must be within")]);
    expect(await add("10.1.0.0/30")).toEqual(["ipv4: Prefix must be between 1 and 29"]);
    expect(await add("10.0.0.128/25")).toEqual(["ipv4: Overlaps with subnet first (10.0.0.0/24)"]);
    expect(await cloud.refusal("POST", `/vpcs/${id}/subnets`, { label: "bad label!", ipv4: "10.2.0.0/24" })).toEqual([
      expect.stringContaining("label: Must only use ASCII letters, numbers, and underscores"),
    ]);
    expect(await cloud.refusal("POST", "/vpcs", { label: "elsewhere", region: "eu-central" })).toEqual([
      "region: VPCs are not available in this region",
    ]);
  });

  it("addresses of a subnet are inside, free, and not the first or last two", async () => {
    const vpc = await cloud.ok("POST", "/vpcs", { label: "addresses", region: "fr-par" });
    const subnet = await cloud.ok("POST", `/vpcs/${vpc.id}/subnets`, { label: "small", ipv4: "10.0.0.0/29" });
    const at = (address: string) => ({
      ...linode,
      interfaces: [{ purpose: "vpc", subnet_id: subnet.id, ipv4: { vpc: address } }],
    });
    await cloud.linode({ interfaces: at("10.0.0.3").interfaces });
    const field = "interfaces[0].ipv4.vpc";
    expect(await cloud.refusal("POST", "/linode/instances", at("10.0.0.3"))).toEqual([
      `${field}: Address is already in use`,
    ]);
    expect(await cloud.refusal("POST", "/linode/instances", at("10.0.1.3"))).toEqual([
      `${field}: Address must be in the subnet's range 10.0.0.0/29`,
    ]);
    for (const reserved of ["10.0.0.0", "10.0.0.1", "10.0.0.6", "10.0.0.7"]) {
      expect(await cloud.refusal("POST", "/linode/instances", at(reserved))).toEqual([
        expect.stringContaining("reserved"),
      ]);
    }
    const any = { interfaces: [{ purpose: "vpc", subnet_id: subnet.id }] };
    for (let free = 0; free < 3; free++) await cloud.linode(any);
    expect(await cloud.refusal("POST", "/linode/instances", { ...linode, ...any })).toEqual([
      "interfaces[0].subnet_id: There is no free address left in the subnet.",
    ]);
    const addresses = await cloud.list<{ address: string }>(`/vpcs/${vpc.id}/ips`);
    expect(addresses.map((one) => one.address).sort()).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]);
  });

  it("what is in use is not deleted", async () => {
    const vpc = await cloud.ok("POST", "/vpcs", {
      label: "used",
      region: "fr-par",
      subnets: [{ label: "in", ipv4: "10.0.0.0/24" }],
    });
    const [subnet] = await cloud.list(`/vpcs/${vpc.id}/subnets`);
    const { id } = await cloud.linode({ interfaces: [{ purpose: "vpc", subnet_id: subnet?.id }] });
    expect((await cloud.refusal("DELETE", `/vpcs/${vpc.id}/subnets/${subnet?.id}`))[0]).toContain(
      "must be removed from the subnet",
    );
    expect((await cloud.refusal("DELETE", `/vpcs/${vpc.id}`))[0]).toContain("must be removed from the VPC");
    const [config] = await cloud.list(`/linode/instances/${id}/configs`);
    expect((await cloud.refusal("DELETE", `/linode/instances/${id}/configs/${config?.id}`))[0]).toContain(
      "running with this",
    );
    const [disk] = await cloud.list(`/linode/instances/${id}/disks`);
    expect((await cloud.refusal("DELETE", `/linode/instances/${id}/disks/${disk?.id}`))[0]).toContain("powered off");
  });

  it("resizing: to another plan that holds the disks", async () => {
    const { id } = await cloud.linode({ type: "g6-standard-1" });
    const resize = (type: string) => cloud.refusal("POST", `/linode/instances/${id}/resize`, { type });
    expect(await resize("none")).toEqual(["type: A valid plan type by that ID was not found"]);
    expect(await resize("g6-standard-1")).toEqual(["Linode is already running this service plan."]);
    expect(await resize("g6-nanode-1")).toEqual([
      "Linode has allocated more disk than the new service plan allows. Delete or resize disks smaller.",
    ]);
  });

  it("addresses: one private, at least one public, names that resolve", async () => {
    const { id, ipv4 } = await cloud.linode({ private_ip: true });
    expect(ipv4).toEqual([expect.stringMatching(/^198\.18\./), expect.stringMatching(/^192\.168\.1[2-9]\d\./)]);
    expect(await cloud.refusal("POST", `/linode/instances/${id}/ips`, { type: "ipv4", public: false })).toEqual([
      "Linode already has a private IP address.",
    ]);
    expect(await cloud.refusal("POST", `/linode/instances/${id}/ips`, { type: "ipv6", public: true })).toEqual([
      "Only addresses of type ipv4 are currently supported.",
    ]);
    expect((await cloud.refusal("DELETE", `/linode/instances/${id}/ips/${ipv4[0]}`))[0]).toContain(
      "at least one public",
    );
    expect(await cloud.refusal("PUT", `/networking/ips/${ipv4[0]}`, { rdns: "not a name" })).toEqual([
      "rdns: Domain is not valid.",
    ]);
    const added = await cloud.ok<{ address: string }>("POST", `/linode/instances/${id}/ips`, {
      type: "ipv4",
      public: true,
    });
    expect(await cloud.ok("DELETE", `/linode/instances/${id}/ips/${added.address}`)).toEqual({});
  });

  it("domains and records", async () => {
    const domain = (fields: object) => ({ domain: "valid.org", type: "master", soa_email: "a@valid.org", ...fields });
    expect(await cloud.refusal("POST", "/domains", domain({ type: undefined }))).toEqual(["type: type is required"]);
    expect(await cloud.refusal("POST", "/domains", domain({ soa_email: undefined }))).toEqual([
      "soa_email: soa_email required when type=master",
    ]);
    const { id } = await cloud.ok("POST", "/domains", domain({}));
    expect(await cloud.refusal("POST", "/domains", domain({}))).toEqual([expect.stringContaining("domain: ")]);
    const record = (fields: object) =>
      cloud.refusal("POST", `/domains/${id}/records`, { type: "A", name: "www", ...fields });
    expect(await record({ target: "1.2.3" })).toEqual(["target: Must be a valid IPv4 address"]);
    expect(await record({ target: "192.0.2.1", priority: 256 })).toEqual(["priority: Must be 0-255"]);
    expect(await record({ target: "192.0.2.1", name: "a b" })).toEqual(["name: Hostname is not valid"]);
    expect(await record({ type: "X", target: "192.0.2.1" })).toEqual([
      expect.stringContaining("type: Must be one of: A, AAAA"),
    ]);
  });

  it("a key is a key, a tag has 3 to 50 characters", async () => {
    expect(await cloud.refusal("POST", "/profile/sshkeys", { label: "k", ssh_key: "nonsense" })).toEqual([
      expect.stringContaining("ssh_key: SSH Key key-type must be"),
    ]);
    expect(await cloud.ok("POST", "/profile/sshkeys", { label: "k", ssh_key: sshKey })).toMatchObject({ label: "k" });
    expect(await cloud.refusal("POST", "/tags", { label: "ab" })).toEqual(["label: Length must be 3-50 characters"]);
  });
});

describe("answers that are errors", () => {
  it("carry exactly application/json, which clients insist on", async () => {
    for (const path of ["/linode/instances/1", "/no/such/thing", "/volumes"]) {
      const { headers } = await cloud.call("GET", path);
      expect(headers.get("content-type")).toBe("application/json");
    }
  });

  it("401 for a wrong token everywhere, and for none except in the catalogue", async () => {
    for (const path of ["/linode/types", "/profile", "/volumes", "/local/calls"]) {
      const answer = await cloud.call("GET", path, undefined, { authorization: "Bearer wrong" });
      expect([answer.status, answer.body]).toEqual([401, { errors: [{ reason: "Invalid Token" }] }]);
    }
    expect((await cloud.bare("/v4/linode/types")).status).toBe(200);
    expect((await cloud.bare("/v4/linode/instances")).status).toBe(401);
  });

  it("404, 405 and 501 are told apart", async () => {
    expect(await cloud.call("GET", "/linode/instances/99")).toMatchObject({
      status: 404,
      body: { errors: [{ reason: "Not found" }] },
    });
    expect(await cloud.call("GET", "/linode/instances/x")).toMatchObject({
      status: 404,
      body: { errors: [{ reason: "Not found" }] },
    });
    expect(await cloud.call("POST", "/regions/fr-par", {})).toMatchObject({
      status: 405,
      body: { errors: [{ reason: "Method Not Allowed" }] },
    });
    expect((await cloud.call("GET", "/vpcs/ipv6s")).status).toBe(501);
    expect((await cloud.call("GET", "/regions/")).status).toBe(200);
    expect((await cloud.call("GET", "/account/logins/?page=1")).status).toBe(501);
    expect(await cloud.call("POST", "/volumes/7/attach", {})).toMatchObject({
      status: 501,
      body: { errors: [{ reason: "POST /volumes/7/attach is not implemented on the local Linode." }] },
    });
  });

  it("a body that is no JSON, or not of the right type, is told so", async () => {
    expect(
      await cloud.bare("/v4/vpcs", { method: "POST", body: "{", headers: { authorization: "Bearer test" } }),
    ).toMatchObject({
      status: 400,
    });
    expect(await cloud.refusal("POST", "/vpcs", { label: 1, region: "fr-par" })).toEqual([
      "label: Must be of type string",
    ]);
  });
});
