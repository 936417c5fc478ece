/** The plugin `pulumi-resource-random`: a stand-in for the official one, version 4.21.2. */
import { main } from "../base/main";
import { provider } from "./provider";

/** Settled when the plugin answers. */
export const started = main(provider);
