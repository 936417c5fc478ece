import * as pulumi from "@pulumi/pulumi";
import { certificateMistakes } from "../render/tlsCheck";
import { tlsFiles, type TlsSettings } from "../render/tlsFiles";
import type { LinodeHost } from "./linodeHost";

export interface CertificateArgs {
  /** The web server, nginx installed. */
  host: LinodeHost;
  tls: TlsSettings;
  /** All names, the canonical one first. */
  names: string[];
  /** Public IPv6 address of the host, empty when there is none. */
  ipv6: pulumi.Input<string>;
}

/** The certificate that visitors got when it was last changed by `pulumi up`; the server's timer renews it by itself. */
export interface CertificateInfo {
  /** `selfsigned`, `provided`, or the ACME directory that issued it. */
  origin: string;
  names: string[];
  /** ISO time. */
  notAfter: string;
}

/**
 * Gives the web server the certificate that is asked for; done, with the self-signed one, when it can't be issued yet.
 * @throws Error naming all that is wrong with a provided certificate
 */
export function ensureCertificate(
  name: string,
  args: CertificateArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<CertificateInfo> {
  const { host, tls, names, ipv6 } = args;
  refuseMistakes(tls, names);
  const files = pulumi.all([host.publicIp, ipv6]).apply(([v4, v6]) => tlsFiles(tls, names, { ipv4: v4, ipv6: v6 }));
  const step = host.step(
    name,
    { verb: "certificate-ensure", scripts: ["lib/tls.sh", "lib/acme.sh", "lib/web.sh"], files },
    opts,
  );
  // Public: every visitor gets it. The provider calls the output secret because secrets went in.
  return pulumi.unsecret(step.stdout).apply((line) => JSON.parse(line) as CertificateInfo);
}

function refuseMistakes({ mode, certificate = "", privateKey = "" }: TlsSettings, names: string[]): void {
  if (mode !== "provided") return;
  const mistakes = certificateMistakes(names, certificate, privateKey);
  if (mistakes.length > 0) throw new Error(`trinode:tls.certificate: ${mistakes.join(" ")}`);
}
