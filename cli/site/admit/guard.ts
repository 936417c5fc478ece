import { spawn } from "node:child_process";
import { LinodeApi } from "../../linodeApi";
import { withConnection } from "../connection";
import { sentence } from "../failure";
import type { Server } from "../servers";
import type { Verb } from "../verb";
import { admitting, changeRules, expelling } from "./firewalls";

/** Somebody who is let in, and from where that is to be taken back. */
export interface Admission {
  /** Of the rules, with the time at which they end by themselves. */
  label: string;
  cidrs: string[];
  /** Ids at Linode. */
  firewalls: number[];
  /** Where the database lets the provisioning login in, too. @default it does not */
  database?: { server: Server; privateKey?: string; name: string };
}

/** How often the rules are looked at while somebody is let in: a `pulumi up` that changes a firewall writes its own ones alone. */
const lookEveryMs = 3_000;

/** The hidden verb that the guard is run by. */
export const guardVerb = "admit-guard";

export interface Guard {
  /** Takes the admission back. @throws Error when that was not possible; the rules then end by the label's time, at the next admit or reap. */
  end(): Promise<void>;
}

/**
 * Starts a process of its own that takes an admission back when this one ends, however it ends: it notices that its standard input is
 * closed. It is no part of this process's group, so that what kills that does not reach it.
 */
export function startGuard(admission: Admission): Guard {
  const [, script = ""] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, script, guardVerb], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify(admission)}\n`);
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error("the address is still let in; take it out: ./site admit --reap")),
    );
  });
  // Told by `end`.
  ended.catch(() => undefined);
  return { end: () => (child.stdin?.end(), ended) };
}

/** The guard itself. */
export function guardCommand(verb: Verb): void {
  verb.parent.command(guardVerb, { hidden: true }).action(async () => {
    // Whatever is sent to it: it ends when its work is done.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
    process.stderr.on("error", () => undefined);
    process.exitCode = (await guard()) ? 0 : 1;
  });
}

async function guard(): Promise<boolean> {
  const api = new LinodeApi(process.env);
  const { admission, closed } = await firstLine();
  const { label, cidrs, firewalls } = admission;
  while (!(await Promise.race([closed.then(() => true), pause(lookEveryMs)])))
    for (const id of firewalls)
      await changeRules(api, id, (inbound) => admitting(inbound, label, cidrs)).catch(() => undefined);
  return takeBack(api, admission);
}

async function takeBack(api: LinodeApi, { label, firewalls, database }: Admission): Promise<boolean> {
  if (database) await endAtDatabase(database).catch(told);
  let done = true;
  for (const id of firewalls) done = (await expel(api, id, label)) && done;
  return done;
}

/** The server ends it by itself when it can't be told. */
async function endAtDatabase({ server, privateKey, name }: NonNullable<Admission["database"]>): Promise<void> {
  await withConnection(server, privateKey, (connection) => connection.exec(["trinode", "admit", "end", name]));
}

async function expel(api: LinodeApi, id: number, label: string): Promise<boolean> {
  for (let tries = 0; tries < 6; tries += 1)
    try {
      await changeRules(api, id, (inbound) => expelling(inbound, label));
      return true;
    } catch (error) {
      told(error);
      await pause(2_000 * (tries + 1));
    }
  return false;
}

function told(error: unknown): void {
  process.stderr.write(`./site admit: ${sentence(error)}\n`);
}

/** What standard input begins with, and when it is closed. */
async function firstLine(): Promise<{ admission: Admission; closed: Promise<unknown> }> {
  return new Promise((resolve) => {
    let read = "";
    const closed = new Promise((done) => process.stdin.on("end", done));
    process.stdin.on("data", (part: Buffer) => {
      const before = read.includes("\n");
      read += part.toString();
      if (!before && read.includes("\n")) resolve({ admission: JSON.parse(read) as Admission, closed });
    });
  });
}

const pause = (milliseconds: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), milliseconds));
