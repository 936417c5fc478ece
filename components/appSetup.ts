import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { appSetupFiles, type FilesAt, reachesFile } from "../render/appFiles";
import { redisFiles } from "../render/redisFiles";
import type { AppServerArgs } from "./appServerArgs";
import { appSettings, siteScripts } from "./appSettings";
import { hostScripts } from "./hostStep";

/** Packages, users, directories, Redis. Depends on no release and no database, so that the servers install side by side. */
export function setUpApp(
  name: string,
  args: AppServerArgs,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { host, site, redis, static: statics, media, reaches = [] } = args;
  const settings = appSettings(args);
  const outside = ({ directory }: FilesAt) => (directory.startsWith("/") ? directory : "");
  return host.step(
    name,
    {
      verb: "setup-app",
      scripts: [...hostScripts, "lib/app.sh", "lib/user.sh", "lib/redis.sh", "lib/nginx.sh", ...siteScripts],
      files: pulumi
        .output(redis?.password)
        .apply((password) => [
          ...host.baseFiles,
          ...appSetupFiles(settings),
          reachesFile(reaches),
          ...redisFiles(redis && { memoryMb: redis.memoryMb, password: password ?? "" }),
        ]),
      environment: {
        SITE: site,
        APP_USER: settings.user,
        PRIVATE_ADDRESS: host.privateIp,
        STATIC_DIRECTORY: outside(statics),
        MEDIA_DIRECTORY: outside(media),
      },
    },
    opts,
  );
}
