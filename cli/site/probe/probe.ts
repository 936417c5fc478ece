import { sentence } from "../failure";
import { serversOf } from "../servers";
import type { SiteStack } from "../stack";
import type { Finding } from "../status/finding";
import { report, verdictOf } from "../status/report";
import { lookAtCertificate } from "./certificate";
import { lookAtCookies } from "./cookies";
import { lookAtHeaders } from "./headers";
import { lookAtAnswer, lookAtOtherNames } from "./health";
import { lookAtNames } from "./names";
import { lookAtPorts, type PortsOptions } from "./ports";
import { lookAtProtocols } from "./protocols";
import { lookAtRedirects } from "./redirects";
import { unwell } from "./said";
import { lookAtStaticFiles } from "./staticFiles";
import { type Target, targetOf } from "./target";
import { lookAtUnknownHost } from "./unknownHost";

type Check = (target: Target, options: PortsOptions) => Promise<Finding[]>;

/** What is looked at, in the order in which it is told. */
const checks: Record<string, Check> = {
  names: lookAtNames,
  https: lookAtAnswer,
  "other names": lookAtOtherNames,
  certificate: lookAtCertificate,
  protocols: lookAtProtocols,
  redirects: lookAtRedirects,
  headers: lookAtHeaders,
  cookies: lookAtCookies,
  "static files": lookAtStaticFiles,
  "unknown host": lookAtUnknownHost,
  ports: lookAtPorts,
};

/** Looks at a site as the world does, from this machine; changes nothing. */
export async function probe(target: Target, options: PortsOptions = {}): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(checks).map(([name, check]) =>
      check(target, options).catch((error: unknown) => [
        unwell(name, `could not be looked at: ${sentence(error)}`, "See the lines of web: ./site status"),
      ]),
    ),
  );
  return found.flat();
}

/** Looks at what stands of a stack, and tells what is not well on standard error. Returns whether all is. */
export async function probeStack(stack: SiteStack): Promise<boolean> {
  const findings = await probe(targetOf(await stack.config(), await serversOf(stack)));
  const wrong = findings.filter(({ state }) => state === "unwell");
  if (wrong.length > 0) process.stderr.write(`from outside:\n${report(wrong)}\n`);
  return verdictOf(findings) === "well";
}
