import { isIPv4 } from "node:net";

/** Says to who asks which address he comes from. */
const service = "https://api.ipify.org";

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

async function ask(): Promise<string> {
  const answer = await fetch(service, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (!answer?.ok)
    throw new Error(`${service} does not say which address this machine has. Give it: --address 203.0.113.7`);
  return (await answer.text()).trim();
}
