import { resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { installToolchain } from "../../toolchain/install";
import { defaultLocal } from "../localLinode";

/** The `pulumi` of this machine; where there is none, it is installed below `.local`, as `npm start` does. */
export async function findPulumi(): Promise<PulumiCommand> {
  // Saves a look at the command's version with every verb; Pulumi itself refuses a state that is too new for it.
  const options = { skipVersionCheck: true };
  try {
    return await PulumiCommand.get(options);
  } catch {
    const say = (line: string) => process.stderr.write(`toolchain: ${line}\n`);
    const home = await installToolchain({ directory: defaultLocal.directory, say });
    Object.assign(process.env, { PULUMI_HOME: home.path, PATH: `${home.bin}:${process.env.PATH}` });
    return PulumiCommand.get({ ...options, root: resolve(home.path) });
  }
}
