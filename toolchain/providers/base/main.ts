/** The process of a plugin, as the engine starts it: the engine's address as argument, the port as first line of output. */
import type { Provider } from "./provider";
import { serve } from "./server";

/** How often to look whether the engine is still there. */
const PARENT_CHECK_MILLISECONDS = 1000;

/** Runs `provider` until the engine ends this process. */
export async function main<Client>(provider: Provider<Client>, args = process.argv.slice(2)): Promise<void> {
  const { port, finish } = await serve(
    provider,
    args.find((arg) => !arg.startsWith("-")),
  );
  // How the engine asks its plugins to leave (it waits five seconds for each that does not). Somebody's Ctrl-C does not
  // come here: plugins are in a process group of their own.
  process.once("SIGINT", () => void finish().then(() => process.exit(0)));
  process.stdout.write(`${port}\n`);
  exitWithParent();
}

/** A killed engine leaves its plugins behind: without their parent they end, so that none is left running for ever. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MILLISECONDS).unref();
}
