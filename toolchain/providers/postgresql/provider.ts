/** Stand-in of pulumi-postgresql 3.18.1: roles, databases, extensions and privileges. */
import type { Provider } from "../base";
import { checkConfig, settingsOf } from "./config";
import { database } from "./database";
import { defaultPrivileg, defaultPrivileges } from "./defaultPrivileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { grantRole } from "./grantRole";
import { role } from "./role";
import { Server } from "./server";

export const provider: Provider<Server> = {
  name: "postgresql",
  version: "3.18.1",
  secrets: "engine",
  checkConfig,
  configure: (config) => new Server(settingsOf(config)),
  resources: [role, database, grant, grantRole, defaultPrivileges, defaultPrivileg, extension],
  functions: [],
};
