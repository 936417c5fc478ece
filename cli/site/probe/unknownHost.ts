import { connect } from "node:tls";
import { get } from "../../outside";
import type { Finding } from "../status/finding";
import { judged } from "./said";
import { type Target } from "./target";

/** A name that nobody can have (RFC 6761). */
const stranger = "trinode-probe.invalid";

/** Whether the web server keeps to its own names: what answers for others can be used to poison caches and links. */
export async function lookAtUnknownHost({ web, domains }: Target): Promise<Finding[]> {
  const [canonical = ""] = domains;
  const ask = (url: string, headers = {}) => statusOf({ url, address: web, headers });
  const [named, bare, plain, misdirected] = await Promise.all([
    shakesHands(web, stranger),
    shakesHands(web, ""),
    ask(`http://${stranger}/`),
    ask(`https://${canonical}/`, { host: stranger }),
  ]);
  return [judgeUnknown({ named, bare, plain, misdirected })];
}

/** What came of asking for a name that is not served. */
export interface Unknown {
  /** Whether a certificate was shown for it, and for none. */
  named: boolean;
  bare: boolean;
  /** Status over HTTP, and over a connection for a name that is served; 0 for no answer. */
  plain: number;
  misdirected: number;
}

export function judgeUnknown({ named, bare, plain, misdirected }: Unknown): Finding {
  const answered = (status: number) => status !== 0 && !(status >= 400 && status < 500);
  const complaints = [
    ...(named ? ["a certificate is shown for a name that is not served"] : []),
    ...(bare ? ["a certificate is shown to who asks for the bare address"] : []),
    ...(answered(plain) ? [`an unknown name is answered over HTTP (${plain})`] : []),
    ...(answered(misdirected) ? [`an unknown name is answered over HTTPS (${misdirected})`] : []),
  ];
  const remedy = "The web server's unknown.conf is not the program's (pulumi up), or ALLOWED_HOSTS is too wide";
  return judged("unknown host", complaints, "refused, over HTTP and HTTPS", remedy);
}

async function statusOf(request: { url: string; address: string; headers: object }): Promise<number> {
  const { url, address, headers } = request;
  return get({ url, address, headers: headers as Record<string, string>, verify: false }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Whether a TLS handshake for a name comes to its end. */
function shakesHands(host: string, servername: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Whether it answers at all is asked, whatever it shows; nothing is sent.
    const socket = connect({ host, port: 443, servername, rejectUnauthorized: false, timeout: 15_000 });
    const end = (answer: boolean) => (socket.destroy(), resolve(answer));
    socket.on("secureConnect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}
