import { type BareHost, onHost } from "./hosts";

/** What somebody outside got at a time. */
export interface Seen {
  /** Seconds since 1970. */
  at: number;
  /** Of HTTP; 0 for no answer. */
  status: number;
}

/**
 * Somebody who is no operator (those get past the maintenance page) asks for a page ten times a second, from a server to its own public
 * address. Returns what ends that, and tells what was seen.
 */
export async function watchFromOutside(host: BareHost, url: string, address: string): Promise<() => Promise<Seen[]>> {
  const { hostname } = new URL(url);
  const script =
    `while [ -e /run/watched ]; do echo "$(date +%s.%N) $(curl --silent --insecure --output /dev/null --max-time 10 ` +
    `--write-out '%{http_code}' --resolve ${hostname}:443:${address} ${url})"; sleep 0.1; done`;
  await onHost(host, "touch /run/watched");
  const watching = onHost(host, script);
  return async () => {
    await onHost(host, "rm -f /run/watched");
    return seenIn(await watching);
  };
}

export function seenIn(lines: string): Seen[] {
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" "))
    .map(([at, status]) => ({ at: Number(at), status: Number(status) }));
}

/** How long there was no good page: each bad one counts until the next look. */
export function secondsAway(seen: Seen[]): number {
  return seen.reduce((sum, { at, status }, i) => {
    const next = seen[i + 1];
    return status === 200 || next === undefined ? sum : sum + next.at - at;
  }, 0);
}
