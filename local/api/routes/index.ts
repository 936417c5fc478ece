import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { accountRoutes } from "./account";
import { backupRoutes } from "./backups";
import { catalogRoutes } from "./catalog";
import { configRoutes } from "./configs";
import { diskRoutes } from "./disks";
import { domainRoutes } from "./domains";
import { firewallRoutes } from "./firewalls";
import { instanceRoutes } from "./instances";
import { networkingRoutes } from "./networking";
import { objectStorageRoutes } from "./objectStorage";
import { profileRoutes } from "./profile";
import { tagRoutes } from "./tags";
import { vpcRoutes } from "./vpcs";

/** Everything under `/v4`. A new family is a file here, and its line. */
export function routes(app: Api, cloud: Cloud): void {
  catalogRoutes(app);
  for (const family of families) family(app, cloud);
}

const families = [
  accountRoutes,
  profileRoutes,
  instanceRoutes,
  diskRoutes,
  backupRoutes,
  configRoutes,
  firewallRoutes,
  vpcRoutes,
  networkingRoutes,
  domainRoutes,
  objectStorageRoutes,
  tagRoutes,
];
