import { lines } from "../run";
import { Argument, InvalidArgumentError } from "commander";
import { SiteError } from "./failure";
import { type Role, roles, type Server } from "./servers";
import { failure, type Site, trinode } from "./site";
import type { Verb } from "./verb";

interface LogsOptions {
  follow?: boolean;
  lines: number;
}

/** `./site logs [-f] [ROLE]` */
export function logsCommand(verb: Verb): void {
  verb.parent
    .command("logs")
    .description("shows the logs of the servers")
    .addArgument(new Argument("[role]", "of this role only").choices([...roles]))
    .option("-f, --follow", "go on with what comes, until Ctrl-C")
    .option("-n, --lines <count>", "the last so many lines of each file", whole, 20)
    .action(async (role: Role | undefined, options: LogsOptions) => {
      const site = await verb.site();
      const wanted = (role ? [role] : [...roles]).flatMap((of) => site.all(of).map((server) => ({ of, server })));
      const show = (of: Role, name: string) => printer(of, name, wanted.length > 1, verb.options.json ?? false);
      const ended = new AbortController();
      process.once("SIGINT", () => ended.abort());
      await Promise.all(
        wanted.map(({ of, server }) => showLogs(site, server, of, options, show(of, server.name), ended.signal)),
      );
    });
}

async function showLogs(
  site: Site,
  server: Server,
  role: Role,
  { follow = false, lines: count }: LogsOptions,
  show: (line: string) => void,
  ended: AbortSignal,
): Promise<void> {
  const words = ["logs", role, String(count), ...(follow ? ["--follow"] : [])];
  const take = lines(show);
  await site.connect(server, async (connection) => {
    ended.addEventListener("abort", () => connection.close());
    if (follow) {
      await connection
        .follow(trinode(words), (part) => take(part.toString()))
        .catch((error: unknown) => {
          if (!ended.aborted) throw error;
        });
      return;
    }
    const { code, stderr } = await connection.exec(trinode(words), { onOutput: (part) => take(part.toString()) });
    if (code !== 0) throw new SiteError(failure(words, stderr, code));
  });
}

function printer(role: Role, name: string, several: boolean, json: boolean): (line: string) => void {
  return (line) => {
    const [, file = "", text = ""] = /^([^:]+): (.*)$/s.exec(line) ?? [];
    // One machine may have several roles, one role several machines.
    const where = name.startsWith(role) ? name : role;
    const plain = several ? `${where.padEnd(8)} ${line}` : line;
    process.stdout.write(`${json ? JSON.stringify({ role, server: name, file, text }) : plain}\n`);
  };
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
