import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Addresses, type Place, networkName } from "./addressing";
import { authorityCertificate, authorityKey, makeAuthority } from "./authority";
import type { Cgroup } from "./cgroup";
import type { GuestFile } from "./guest";
import { ACME_NAME } from "./names";
import { Service } from "./service";

const SERVE = path.join(__dirname, "scripts/serve.sh");
const CONFIG = path.join(__dirname, "config");
const APT_PORT = 3142;

/** What the network offers its hosts beyond names: a package cache and an authority for certificates (ACME). */
export class Offerings {
  private readonly services: Service[];

  /** @param image the services image's directory */
  constructor(
    private readonly place: Place,
    private readonly addresses: Addresses,
    image: string,
    group: Cgroup,
  ) {
    const service = (name: string, user: string, data: string, config: string, command: string[]) =>
      new Service({
        name,
        group,
        directory: path.join(place.directory, "network"),
        command: ["unshare", "--mount", "--propagation", "private", "--", SERVE, ...command],
        env: {
          IMAGE: image,
          MOUNT: path.join(place.directory, "network", `${name}.root`),
          CONFIG: config,
          DATA: data,
          RESOLVER: addresses.gateway,
          NAMESPACE: networkName(place.slot),
          RUN_AS: user,
        },
      });
    this.services = [
      service("packages", "apt-cacher-ng", path.join(place.cache, "apt-"), CONFIG, [
        ...["/usr/sbin/apt-cacher-ng", "-c", "/srv/config/apt-cacher-ng"],
        ...[`BindAddress=${addresses.gateway}`, `Port=${APT_PORT}`, ...upstreamProxy()],
      ]),
      service("acme", "caddy", acmeData(place.directory), acmeConfig(place.directory), [
        ...["/usr/bin/caddy", "run", "--config", "/srv/config/Caddyfile", "--adapter", "caddyfile"],
      ]),
    ];
  }

  /** Starts what does not run. */
  async start(): Promise<void> {
    if (this.services.every((service) => service.pid() !== undefined)) return;
    await makeAuthority(this.place.directory);
    writeAcmeConfig(this.place.directory, this.addresses);
    this.services.forEach((service) => service.start());
  }
}

/** Where this machine reaches Debian through a proxy, the cache does too. */
function upstreamProxy(): string[] {
  const settings = spawnSync("apt-config", ["dump", "--format=%v", "Acquire::http::Proxy"], { encoding: "utf8" });
  const proxy = settings.stdout?.trim();
  return proxy && proxy !== "DIRECT" ? [`Proxy=${proxy}`] : [];
}

/** How a host finds the package cache. Repositories that speak HTTPS are asked directly. */
export function packageFiles(addresses: Addresses): GuestFile[] {
  const content = `Acquire::http::Proxy "http://${addresses.gateway}:${APT_PORT}";\nAcquire::https::Proxy "DIRECT";\n`;
  return [{ path: "/etc/apt/apt.conf.d/01local-cache", mode: 0o644, content }];
}

const acmeConfig = (directory: string) => path.join(directory, "network/acme-config");
const acmeData = (directory: string) => path.join(directory, "network/acme");

/** The service reads its own copy of the key: serve.sh gives it to the service's user, whose id is the image's. */
function writeAcmeConfig(directory: string, addresses: Addresses): void {
  const config = acmeConfig(directory);
  const data = acmeData(directory);
  for (const made of [config, data]) fs.mkdirSync(made, { recursive: true, mode: 0o755 });
  const template = fs.readFileSync(path.join(CONFIG, "acme.Caddyfile"), "utf8");
  fs.writeFileSync(
    path.join(config, "Caddyfile"),
    template.replaceAll("{{name}}", ACME_NAME).replaceAll("{{address}}", addresses.acme),
  );
  fs.copyFileSync(authorityCertificate(directory), path.join(data, "ca.pem"));
  fs.copyFileSync(authorityKey(directory), path.join(data, "ca.key"));
}
