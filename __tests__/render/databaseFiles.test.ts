import { databaseFiles, memorySizes } from "../../render/databaseFiles";

const settings = {
  memoryMb: 1024,
  shared: false,
  name: "ocrprojet13",
  ownerRole: "ocrprojet13_owner",
  clients: ["10.0.0.12/32"],
  operatorCidrs: ["203.0.113.7/32", "2001:db8::/64"],
};

const content = (path: string) => databaseFiles(settings).find((file) => file.path === path)?.content;

describe("PostgreSQL's configuration", () => {
  it("lets the site in from the application server, provisioning from operators, both encrypted, and nobody else", () => {
    const lines = content("/etc/trinode/pg_hba.conf")
      ?.split("\n")
      .filter((line) => line && !line.startsWith("#"))
      .map((line) => line.split(/\s+/).join(" "));
    expect(lines).toEqual([
      "local all postgres peer",
      "hostssl all trinode_admin 203.0.113.7/32 scram-sha-256 clientcert=verify-ca",
      "hostssl all trinode_admin 2001:db8::/64 scram-sha-256 clientcert=verify-ca",
      "local all trinode_admin reject",
      "host all trinode_admin all reject",
      "local all all scram-sha-256",
      'hostssl "ocrprojet13",trinode_drill +"ocrprojet13_owner" 127.0.0.1/32 scram-sha-256',
      'hostssl "ocrprojet13",trinode_drill +"ocrprojet13_owner" 10.0.0.12/32 scram-sha-256',
    ]);
  });

  it("is sized by the plan, and takes half when it shares the machine", () => {
    expect(memorySizes({ memoryMb: 1024, shared: false }).sharedBuffersMb).toBe(256);
    expect(memorySizes({ memoryMb: 1024, shared: true }).sharedBuffersMb).toBe(128);
    expect(content("/etc/trinode/postgresql.conf")).toContain("shared_buffers = 256MB");
  });

  it("asks for data checksums before the cluster is made", () => {
    expect(content("/etc/postgresql-common/createcluster.d/trinode.conf")).toContain("--data-checksums");
  });
});
