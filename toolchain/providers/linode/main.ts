import { main } from "../base";
import { provider } from "./provider";

/** Settled when the plugin answers. */
export const started = main(provider);
