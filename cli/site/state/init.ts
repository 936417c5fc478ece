import { makeTeamState } from "../../state/teamState";
import type { Verb } from "../verb";

interface Options {
  bucket: string;
  region: string;
  file: string;
}

/** `./site state init` */
export function initCommand(verb: Verb): void {
  verb.parent
    .command("init")
    .description("makes a bucket of Linode's for the state of a team's stacks, and a key for it (docs/state.md)")
    .requiredOption("--bucket <name>", "the bucket's name; one of the account's that exists is taken")
    .requiredOption("--region <id>", "Linode's region, e.g. fr-par")
    .option("--file <path>", "where the address and the key are written, to be sourced", ".trinode/state.env")
    .action(async ({ bucket, region, file }: Options) => {
      const { backend } = await makeTeamState({ bucket, region, file, env: process.env });
      verb.print(
        { backend, file },
        `${backend}\nThe key is in ${file}, for you alone. In each shell: . ${file} && pulumi login`,
      );
    });
}
