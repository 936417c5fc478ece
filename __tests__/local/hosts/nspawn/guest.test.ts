import type { HostSpec } from "../../../../local/hosts/driver";
import { addressesOf } from "../../../../local/hosts/nspawn/addressing";
import { bootFiles, diskFiles, firstAddress } from "../../../../local/hosts/nspawn/guest";

const spec: HostSpec = {
  id: 7,
  label: "shop-web",
  image: "linode/debian13",
  plan: { memoryMb: 1024, vcpus: 1, diskMb: 25600, swapMb: 512 },
  authorizedKeys: ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two\n"],
  links: [
    { purpose: "public", addresses: ["198.18.1.20/24", "192.168.130.4/17", "2001:2::14/64"] },
    { purpose: "vpc", addresses: ["10.0.0.10/24"], vpc: { id: 3, subnets: ["10.0.0.0/24", "10.0.1.0/24"] } },
  ],
};

const content = (files: { path: string; content: string | Buffer }[], path: string) =>
  files.find((file) => file.path === path)?.content.toString();

describe("a host's network configuration", () => {
  const files = bootFiles(spec, addressesOf(0));

  it("has every address, and the gateway also where it lies outside the prefix", () => {
    const unit = content(files, "/etc/systemd/network/05-eth0.network");
    expect(unit).toContain("Address=198.18.1.20/24");
    expect(unit).toContain("Address=192.168.130.4/17");
    expect(unit).toContain("[Route]\nGateway=198.18.0.1\nGatewayOnLink=yes");
    expect(unit).toContain("Address=2001:2::14/64\nAddPrefixRoute=no");
    expect(unit).toContain("Gateway=fe80::1");
  });

  it("reaches the VPC's other subnets through the first address, and no default route leads there", () => {
    const unit = content(files, "/etc/systemd/network/05-eth1.network");
    expect(unit).toContain("Destination=10.0.1.0/24\nGateway=10.0.0.1");
    expect(unit?.match(/Gateway=/g)).toHaveLength(1);
  });

  it("is left out where the Network Helper is off", () => {
    const links = spec.links.map((link, index) => (index === 1 ? { ...link, configured: false } : link));
    expect(
      content(bootFiles({ ...spec, links }, addressesOf(0)), "/etc/systemd/network/05-eth1.network"),
    ).toBeUndefined();
  });
});

describe("a host's first files", () => {
  it("carry its name and keys, one a line", () => {
    const files = diskFiles(spec, "0123");
    expect(content(files, "/etc/hostname")).toBe("shop-web\n");
    expect(content(files, "/root/.ssh/authorized_keys")).toBe("ssh-ed25519 AAAA one\nssh-ed25519 BBBB two\n");
  });

  it("have a seed for cloud-init only with user data", () => {
    const paths = (files: { path: string }[]) => files.map(({ path }) => path).filter((path) => path.includes("cloud"));
    expect(paths(diskFiles(spec, ""))).toEqual([]);
    expect(paths(diskFiles({ ...spec, userData: Buffer.from("#!/bin/sh") }, ""))).toContain(
      "/var/lib/cloud/seed/nocloud/user-data",
    );
  });
});

it.each([
  ["10.0.0.10/24", "10.0.0.1"],
  ["192.168.130.4/17", "192.168.128.1"],
  ["255.255.255.254/30", "255.255.255.253"],
])("the first address of %s is %s", (cidr, first) => expect(firstAddress(cidr)).toBe(first));
