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
 * Gives the web server the certificate that is asked for; done, with the self-signed one, when it can't be issued yet. A machine
 * that takes another's place gets the certificate that the step has left in the state, so that no authority is asked.
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
    {
      verb: "certificate-ensure",
      scripts: ["lib/tls.sh", "lib/acme.sh", "lib/nginx.sh", "lib/web.sh"],
      files,
      handsOver: true,
    },
    opts,
  );
  // The first line is public, every visitor gets it; what follows is the certificate with its key.
  return pulumi.unsecret(step.stdout.apply((printed) => JSON.parse(printed.split("\n")[0]!) as CertificateInfo));
}

function refuseMistakes({ mode, certificate = "", privateKey = "" }: TlsSettings, names: string[]): void {
  if (mode !== "provided") return;
  const mistakes = certificateMistakes(names, certificate, privateKey);
  if (mistakes.length > 0) throw new Error(`trinode:tls.certificate: ${mistakes.join(" ")}`);
}
