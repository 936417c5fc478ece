/** The plugin `pulumi-resource-command`: a stand-in for the official one, version 1.2.1. */
import { main } from "../base/main";
import { provider } from "./provider";

/** Settled when the plugin answers. */
export const started = main(provider);
