import type { Provider } from "../base/provider";
import { copyFile, copyToRemote } from "./copyResource";
import { localCommand, localRun } from "./localResource";
import { remoteCommand } from "./remoteResource";
import type { Nothing } from "./resourceBase";

/**
 * The command provider. `__pulumi-go-provider-version` stands in the provider's own inputs in every state that the
 * official plugin writes.
 */
export const provider: Provider<Nothing> = {
  name: "command",
  version: "1.2.1",
  secrets: "provider",
  resourceReferences: true,
  checkConfig: (config) => ({ inputs: { ...config, "__pulumi-go-provider-version": "1.2.0" } }),
  configure: () => undefined,
  resources: [localCommand, remoteCommand, copyToRemote, copyFile],
  functions: [localRun],
};
