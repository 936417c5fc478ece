import type { Provider } from "../base/provider";
import { bytes } from "./bytes";
import { id } from "./id";
import { password } from "./password";
import { Nothing } from "./plan";
import { schema } from "./schema";
import { string } from "./string";

/** The random provider: passwords, texts, ids and bytes. Everything else of the official one is refused by name. */
export const provider: Provider<Nothing> = {
  name: "random",
  version: "4.21.2",
  secrets: "engine",
  resourceReferences: true,
  configure: () => undefined,
  resources: [password, string, id, bytes],
  functions: [],
  schema,
};
