import { lines } from "../run";
import { Argument, InvalidArgumentError } from "commander";
import { SiteError } from "./failure";
import { type Role, roles } from "./servers";
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
      const wanted = role ? [role] : [...roles];
      const show = (of: Role) => printer(of, wanted.length > 1, verb.options.json ?? false);
      const ended = new AbortController();
      process.once("SIGINT", () => ended.abort());
      await Promise.all(wanted.map((one) => showLogs(site, one, options, show(one), ended.signal)));
    });
}

async function showLogs(
  site: Site,
  role: Role,
  { follow = false, lines: count }: LogsOptions,
  show: (line: string) => void,
  ended: AbortSignal,
): Promise<void> {
  const words = ["logs", role, String(count), ...(follow ? ["--follow"] : [])];
  const take = lines(show);
  await site.connect(site.server(role), async (connection) => {
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

function printer(role: Role, several: boolean, json: boolean): (line: string) => void {
  return (line) => {
    const [, file = "", text = ""] = /^([^:]+): (.*)$/s.exec(line) ?? [];
    const plain = several ? `${role.padEnd(8)} ${line}` : line;
    process.stdout.write(`${json ? JSON.stringify({ role, file, text }) : plain}\n`);
  };
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
