import * as pulumi from "@pulumi/pulumi";

/**
 * Runs a program so that what it throws is told as it was meant: a mistake of the configuration as its sentences, everything
 * else with its stack.
 */
export async function tellingErrors<T>(program: () => Promise<T>): Promise<T> {
  process.prependListener("uncaughtException", shortenStack);
  process.prependListener("unhandledRejection", shortenStack);
  try {
    return await program();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const meant = error.name === "ConfigError" || error.message.startsWith("trinode:");
    throw new pulumi.RunError(meant ? error.message : (error.stack ?? error.message));
  }
}

/**
 * Pulumi prints stacks in colours, which never ends in Node.js 20.20 for a frame in `node_modules/@scope/file`, as Pulumi's own
 * frames are: they go. Also for errors that come from elsewhere, e.g. from an output's `apply`.
 */
function shortenStack(error: unknown): void {
  if (!(error instanceof Error) || error.stack === undefined) return;
  const own = error.stack
    .split("\n")
    .filter((line) => !/^\s+at .*node_modules[\\/]@[^\\/]+[\\/][^\\/]+:\d+:\d+\)?$/.test(line));
  error.stack = own.join("\n");
}
