import * as pulumi from "@pulumi/pulumi";
import { DatabaseServer } from "../../components/databaseServer";
import { LinodeHost } from "../../components/linodeHost";
import { only, record, type Registered } from "./recorder";

function program(): void {
  const host = new LinodeHost("database", {
    label: "gamelenders-prod-database",
    region: "fr-par",
    image: "linode/debian13",
    plan: "g6-nanode-1",
    tags: ["trinode"],
    subnetId: pulumi.output(7),
    privateAddress: "10.0.0.10",
    inbound: [{ label: "postgresql-app", ports: "5432", from: ["10.0.0.12/32"] }],
    operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
  });
  new DatabaseServer("database", {
    host,
    memoryMb: 1024,
    databaseName: "ocrprojet13",
    user: "gamelenders",
    extensions: ["unaccent"],
    clients: ["10.0.0.12/32"],
    operatorCidrs: ["203.0.113.7/32"],
  });
}

describe("a database server", () => {
  let made: Registered[];
  beforeAll(async () => (made = await record(program)));

  it("is a Linode in the private network, behind its firewall from its first moment", () => {
    expect(only(made, { name: "database-instance" }).inputs).toEqual({
      label: "gamelenders-prod-database",
      region: "fr-par",
      image: "linode/debian13",
      type: "g6-nanode-1",
      tags: ["trinode"],
      swapSize: 512,
      booted: true,
      authorizedKeys: ["ssh-ed25519 AAAAoperator"],
      firewallId: expect.any(Number) as number,
      interfaces: [
        { purpose: "public", primary: true },
        { purpose: "vpc", subnetId: 7, ipv4: { vpc: "10.0.0.10" } },
      ],
    });
  });

  it("lets in operators by SSH and the application server to PostgreSQL", () => {
    expect(only(made, { name: "database-firewall" }).inputs).toMatchObject({
      inboundPolicy: "DROP",
      inbounds: [
        { label: "ssh-operators", ports: "22", ipv4s: ["203.0.113.7/32"] },
        { label: "postgresql-app", ports: "5432", ipv4s: ["10.0.0.12/32"] },
      ],
    });
  });

  it("is put behind the firewall that takes the place of one that somebody deleted, by its number", () => {
    const { inputs } = only(made, { name: "database-behind-firewall" });
    const { secret } = inputs.stdin as { secret: string };
    expect(JSON.parse(secret)).toEqual({
      linode: expect.any(Number) as number,
      firewall: expect.any(Number) as number,
    });
    // The first one it is made behind: that costs no time.
    expect(inputs).toMatchObject({ create: ":", update: "node --import tsx cli/firewall/attach.ts" });
  });

  it("is provisioned over SSH that checks the host's key, but for the first contact, which sends nothing", () => {
    const [first, ...rest] = made.filter(({ type }) => type === "command:remote:Command");
    expect(first?.inputs).toMatchObject({ create: "cat /etc/ssh/ssh_host_ed25519_key.pub" });
    expect(first?.inputs).not.toHaveProperty("stdin");
    // Made again, it would trust whoever answers: another provisioning key is no reason.
    expect(first?.ignoreChanges).toEqual(["connection"]);
    expect(rest.map(({ name }) => name).sort()).toEqual(["database-keys", "database-setup"]);
    for (const { inputs } of rest) {
      expect(inputs).toMatchObject({
        connection: { secret: { hostKey: "ssh-ed25519 AAAAhost" } },
        stdin: { secret: expect.any(String) as string },
      });
    }
  });

  it("holds the site's data as a role of its own, and a login that acts as it", () => {
    expect(only(made, { name: "database-database-login" }).inputs).toMatchObject({
      name: "gamelenders",
      login: true,
      roles: ["ocrprojet13_owner"],
      assumeRole: "ocrprojet13_owner",
    });
    expect(only(made, { type: "postgresql:index/database:Database" }).inputs).toMatchObject({
      name: "ocrprojet13",
      owner: "ocrprojet13_owner",
    });
    expect(only(made, { type: "postgresql:index/grant:Grant" }).inputs).toMatchObject({
      role: "public",
      privileges: [],
    });
  });

  it("is reached by the provider over TLS that both sides verify, with nothing in files", () => {
    const { inputs } = only(made, { type: "pulumi:providers:postgresql" });
    const reveal = (value: unknown) => JSON.stringify(value);
    expect(inputs).toMatchObject({
      host: "198.51.100.7",
      username: "trinode_admin",
      sslmode: "verify-full",
      superuser: "false",
    });
    expect(reveal(inputs.sslrootcert)).toContain("BEGIN CERTIFICATE-----\\n0");
    expect(reveal(inputs.clientcert)).toContain("BEGIN PRIVATE KEY-----");
  });
});
