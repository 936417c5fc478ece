import { connect } from "node:net";
import {
  AnyAuthMethod,
  AuthenticationType,
  AuthHandlerMiddleware,
  ConnectConfig,
  ParsedKey,
  ServerHostKeyAlgorithm,
  utils,
} from "ssh2";
import { ConnectionBase } from "./connection";
import { dialErrorText } from "./goText";
import { readPrivateKey } from "./privateKey";

/**
 * What ssh2 is told: how to log in, in the official provider's order, and which host key is right.
 * @throws Error if a key can't be read or the agent's socket doesn't answer.
 */
export async function clientConfig(connection: ConnectionBase): Promise<ConnectConfig> {
  return {
    username: connection.user,
    ...hostKeyCheck(connection.hostKey),
    authHandler: oneAfterTheOther(await authMethods(connection)),
  };
}

function hostKeyCheck(hostKey: string | undefined): ConnectConfig {
  if (hostKey === undefined) return { hostVerifier: () => true };
  const parsed = utils.parseKey(withoutOptions(hostKey));
  const key: ParsedKey | Error | undefined = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  if (key === undefined || key instanceof Error) throw new Error("failed to parse host key: ssh: no key found");
  const expected = key.getPublicSSH();
  // An RSA key signs with several algorithms; servers of today offer the SHA-2 ones only.
  const names = key.type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [key.type];
  return {
    algorithms: { serverHostKey: names as ServerHostKeyAlgorithm[] },
    hostVerifier: (offered: Buffer) => expected.equals(offered),
  };
}

/** The first line with a key, as in an authorized_keys file: comments are passed over. */
function withoutOptions(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "" && !line.startsWith("#")) ?? "";
}

/** Goes through the methods that the server offers; ssh2 itself would also send those that it does not. */
function oneAfterTheOther(methods: AnyAuthMethod[]): AuthHandlerMiddleware {
  let index = 0;
  return (offered: readonly AuthenticationType[] | null, _partial, next) => {
    if (offered === null) index = 0; // A new connection with the same configuration.
    while (index < methods.length) {
      const method = methods[index++] as AnyAuthMethod;
      if (method.type === "none" || offered === null || offered.includes(offeredName(method))) return next(method);
    }
    next(false as never); // ssh2's sign for nothing left, which its types lack.
  };
}

/** The name by which a server offers a method. */
export function offeredName(method: { type: AuthenticationType }): AuthenticationType {
  return method.type === "agent" ? "publickey" : method.type;
}

/**
 * Each method once and in this order, as golang.org/x/crypto/ssh does it: so an agent is asked only where no private
 * key was given.
 */
async function authMethods(connection: ConnectionBase): Promise<AnyAuthMethod[]> {
  const { user: username, password, privateKey, privateKeyPassword } = connection;
  const agent = connection.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
  const methods: AnyAuthMethod[] = [{ type: "none", username }];
  if (privateKey !== undefined) {
    methods.push({ type: "publickey", username, key: readPrivateKey(privateKey, privateKeyPassword) });
  }
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
  }
  if (agent !== undefined) {
    await mustAnswer(agent);
    if (privateKey === undefined) methods.push({ type: "agent", username, agent });
  }
  return methods;
}

/** The official provider connects to the agent in any case, and fails where it is gone. */
function mustAnswer(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("error", (error) => reject(new Error(dialErrorText("unix", path, error))));
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}
