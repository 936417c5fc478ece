/**
 * Pulumi makes an error without a message for every promise, to be able to say where one that never ends began; ts-node
 * maps each one's stack through source maps, Pulumi's own included. That was a seventh of the processor time of a
 * `pulumi up` without a change. From here on these stacks are left as V8 writes them. Errors that somebody reads have a
 * message, and the positions that Pulumi keeps of resources are taken without a limit: both are mapped as before.
 */
export function mapOnlyStacksThatAreRead(): void {
  const map = Error.prepareStackTrace?.bind(Error);
  const usual = Error.stackTraceLimit;
  if (map === undefined) return;
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- a frame's text is the one that V8 writes
  const written = (frame: NodeJS.CallSite) => frame.toString();
  Error.prepareStackTrace = (error, frames) =>
    error.message !== "" || Error.stackTraceLimit > usual
      ? (map(error, frames) as unknown)
      : ["Error", ...frames.map(written)].join("\n    at ");
}
