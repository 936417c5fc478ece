import * as path from "node:path";

/** One local Linode on this machine; several stand side by side with different values of all three. */
export interface Instance {
  /** Its state, an absolute path. */
  directory: string;
  /** Of its API on 127.0.0.1. */
  port: number;
  /** 0…31: its block of addresses. */
  slot: number;
  /** Whether its hosts may send mail. */
  mail: boolean;
}

export const apiUrl = ({ port }: Instance) => `http://127.0.0.1:${port}`;

export const inside = (instance: Instance, ...names: string[]) => path.join(instance.directory, ...names);

/** An error whose message says it all: no stack trace is shown. */
export class Refusal extends Error {}
