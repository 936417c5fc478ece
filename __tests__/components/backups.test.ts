import * as pulumi from "@pulumi/pulumi";
import { Backups } from "../../components/backups";
import { LinodeHost } from "../../components/linodeHost";
import { record, type Registered } from "./recorder";

function machine(name: string): LinodeHost {
  return new LinodeHost(name, {
    label: `gamelenders-prod-${name}`,
    region: "fr-par",
    image: "linode/debian13",
    plan: "g6-nanode-1",
    tags: [],
    subnetId: pulumi.output(7),
    privateAddress: "10.0.0.10",
    inbound: [],
    operators: { sshKeys: ["ssh-ed25519 AAAAoperator"], cidrs: ["203.0.113.7/32"] },
  });
}

function backUp(database: LinodeHost, files: LinodeHost): void {
  new Backups("backups", {
    site: "gamelenders",
    database: { host: database, name: "ocrprojet13", memoryMb: 1024 },
    files: { host: files, media: "/srv/gamelenders/shared/media", memoryMb: 1024 },
    schedule: "daily",
    drill: "weekly",
    keep: { all: "7d", daily: "3m", weekly: "1y" },
    key: pulumi.secret("k".repeat(32)),
  });
}

const steps = (made: Registered[]) => made.map(({ name }) => name).filter((name) => name.startsWith("backups-"));

describe("backups", () => {
  it("are set up where the data are: database and application server", async () => {
    const made = await record(() => backUp(machine("database"), machine("app")));
    expect(steps(made).sort()).toEqual(["backups-database-setup", "backups-files-setup"]);
    for (const { inputs } of made.filter(({ name }) => name.startsWith("backups-")))
      expect(inputs.stdin).toEqual({ secret: expect.any(String) as string });
  });

  it("are set up once on a machine that has both", async () => {
    const made = await record(() => {
      const server = machine("server");
      backUp(server, server);
    });
    expect(steps(made)).toEqual(["backups-setup"]);
  });
});
