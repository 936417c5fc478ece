const shortEscapes: Record<string, string> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** A string as Go's `%q` writes it, which is how the official provider quotes commands in its errors. */
export function goQuote(text: string): string {
  return `"${Array.from(text, quoteCharacter).join("")}"`;
}

function quoteCharacter(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) return character;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** `host:port` as Go's net.JoinHostPort writes it: an IPv6 address stands in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const systemErrors: Record<string, string> = {
  EACCES: "permission denied",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTDOWN: "host is down",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ENOENT: "no such file or directory",
  EPIPE: "broken pipe",
  ETIMEDOUT: "connection timed out",
};

/** Go's words for a system call's error code, or undefined for one without. */
export function systemErrorText(code: string | undefined): string | undefined {
  return code === undefined ? undefined : systemErrors[code];
}

/** What Go's net.Dial says when a connection to `endpoint` could not be made. */
export function dialErrorText(network: "tcp" | "unix", endpoint: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") {
    const host = endpoint.replace(/:\d+$/, "");
    const reason = error.code === "ENOTFOUND" ? "no such host" : "Temporary failure in name resolution";
    return `dial ${network}: lookup ${host}: ${reason}`;
  }
  if (error.code === "TIMEOUT") return `dial ${network} ${endpoint}: i/o timeout`;
  return `dial ${network} ${endpoint}: connect: ${systemErrorText(error.code) ?? error.message}`;
}
