import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { tlsPackages, type TlsSettings } from "../render/tlsFiles";
import { webFiles } from "../render/webFiles";
import { type CertificateInfo, ensureCertificate } from "./certificate";
import { DnsRecords } from "./dnsRecords";
import { hostScripts } from "./hostStep";
import type { LinodeHost } from "./linodeHost";

export interface WebServerArgs {
  /** The machine; of its own, or shared with the other roles. */
  host: LinodeHost;
  /** Name of the site. */
  site: string;
  /** Names that the site answers to; the first is canonical. At least one. */
  domains: string[];
  /** Names that answer 301 to the canonical one. @default none */
  redirects?: string[];
  /** Whether the names' records are made at Linode, and in which zone. @default they are only told, as `dnsRecords` */
  dns?: { manage: boolean; zone?: string };
  /** Where operators are: they get the site during maintenance, too. @default nobody does */
  operatorCidrs?: string[];
  /** Private address of the application server, as its `host` gives it; or several. */
  upstream: pulumi.Input<string> | pulumi.Input<string>[];
  /** Django's STATIC_URL. A URL on another host is not served from here. */
  static: { url: string };
  /** Django's MEDIA_URL, and whether only the application hands its files out (`X-Accel-Redirect`). */
  media: { url: string; internal?: boolean };
  /** Largest request body that is passed on, as nginx writes sizes. @default "20m" */
  maxBody?: string;
  /** How long gunicorn gives a request. @default 30 */
  timeoutSeconds?: number;
  /** Whether requests may become websockets. @default false */
  websockets?: boolean;
  tls: TlsSettings;
}

/** nginx on a Linode: HTTPS, static and media files through its own cache, everything else to the application server. */
export class WebServer extends pulumi.ComponentResource {
  /** Public IPv4 address. */
  readonly address: pulumi.Output<string>;
  /** Where the site is. */
  readonly url: string;
  /** The records that the names need, one a line; made already when `dns.manage` says so. */
  readonly dnsRecords: pulumi.Output<string>;
  readonly certificate: pulumi.Output<CertificateInfo>;

  /** @throws Error for a URL of static or media files that can't be served, a name outside of the DNS zone, a provided certificate that does not fit */
  constructor(
    name: string,
    private readonly args: WebServerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:WebServer", name, {}, opts);
    const { host, domains, redirects = [], dns = { manage: false }, tls } = args;
    const names = [...domains, ...redirects];
    // Linode writes the address with its prefix.
    const ipv6 = host.instance.ipv6.apply((address) => address?.split("/")[0] ?? "");
    this.address = host.publicIp;
    this.url = `https://${domains[0]}/`;

    const records = new DnsRecords(
      `${name}-dns`,
      { ...dns, names, ipv4: host.publicIp, ipv6, label: host.label },
      { parent: this },
    );
    const nginx = this.installNginx(`${name}-setup`, names);
    this.certificate = ensureCertificate(
      `${name}-certificate`,
      { host, tls, names, ipv6 },
      { parent: this, dependsOn: [nginx, records] },
    );

    this.dnsRecords = records.text;
    this.registerOutputs({ address: this.address, url: this.url, certificate: this.certificate });
  }

  private installNginx(name: string, names: string[]): command.remote.Command {
    const {
      host,
      redirects = [],
      maxBody = "20m",
      timeoutSeconds = 30,
      operatorCidrs = [],
      upstream,
      tls,
      ...site
    } = this.args;
    const files = pulumi
      .output(Array.isArray(upstream) ? upstream : [upstream])
      .apply((upstreams) => [
        ...host.baseFiles,
        ...webFiles({ ...site, redirects, maxBody, timeoutSeconds, operatorCidrs, upstreams }),
      ]);
    return host.step(
      name,
      {
        verb: "setup-web",
        scripts: [
          ...hostScripts,
          "lib/tls.sh",
          "lib/nginx.sh",
          "lib/web.sh",
          "lib/maintenance.sh",
          "deploy-web.sh",
          "maintenance.sh",
          "status-web.sh",
        ],
        files,
        environment: {
          SITE: site.site,
          PRIVATE_ADDRESS: host.privateIp,
          NAMES: names.join(" "),
          PACKAGES: tlsPackages(tls.mode).join(" "),
        },
      },
      { parent: this },
    );
  }
}
