import { isIPv4, isIPv6 } from "node:net";

/** Say to who asks which address he comes from, IPv4 and IPv6. */
const service = "https://api.ipify.org";
const service6 = "https://api6.ipify.org";

/**
 * The IPv4 address that servers see this machine by. @param given in place of asking
 * @throws Error when nobody tells
 */
export async function ownAddress(given?: string): Promise<string> {
  // The local Linode's env file tells it: see `npm run local`.
  const told = given ?? process.env.TRINODE_OPERATOR_ADDRESS ?? (await ask());
  if (!isIPv4(told))
    throw new Error(`"${told}" is no IPv4 address. Give the one that servers see you by: --address 203.0.113.7`);
  return told;
}

/** The IPv6 address that servers see this machine by; `undefined` when it has none, as far as can be told. */
export async function ownAddress6(): Promise<string | undefined> {
  if (process.env.TRINODE_OPERATOR_ADDRESS !== undefined) return process.env.TRINODE_OPERATOR_ADDRESS6;
  const answer = await fetch(service6, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  const told = answer?.ok ? (await answer.text()).trim() : "";
  return isIPv6(told) ? told : undefined;
}

async function ask(): Promise<string> {
  const answer = await fetch(service, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (!answer?.ok)
    throw new Error(`${service} does not say which address this machine has. Give it: --address 203.0.113.7`);
  return (await answer.text()).trim();
}
