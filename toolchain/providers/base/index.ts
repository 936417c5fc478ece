/** The base of the stand-in providers: what a resource, a function and a provider are made of. */
export * from "./diff";
export { Incomplete } from "./errors";
export * from "./provider";
export * from "./values";
export { main } from "./main";
export { serve } from "./server";
export type { RunningProvider } from "./server";
