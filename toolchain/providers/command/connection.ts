/** How to reach one SSH server, as `connection` of the resources says it after defaults were filled in. */
export interface ConnectionBase {
  host: string;
  /** @default 22 */
  port: number;
  /** @default "root" */
  user: string;
  password?: string;
  /** Text of a private key; taken before the password. */
  privateKey?: string;
  privateKeyPassword?: string;
  /** @default the environment variable SSH_AUTH_SOCK, if set */
  agentSocketPath?: string;
  /** Attempts that may fail before giving up, -1 for no limit. @default 10 */
  dialErrorLimit: number;
  /** Seconds for one attempt to connect, 0 for no limit. @default 15 */
  perDialTimeout: number;
  /** The only host key that is accepted, in the form of an authorized_keys line. Without it any is accepted. */
  hostKey?: string;
}

export interface Connection extends ConnectionBase {
  /** A server to go through. */
  proxy?: ConnectionBase;
}
