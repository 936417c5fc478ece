import type { Verb } from "../verb";
import { adoptCommand } from "./adopt";
import { getCommand } from "./get";
import { listCommand } from "./list";
import { rotateCommand } from "./rotate";
import { setCommand } from "./set";
import { unsetCommand } from "./unset";

/** `./site env …` */
export function envCommand(verb: Verb): void {
  const env = verb.group("env", "the site's variables: trinode:app.env and app.secrets of the stack's configuration");
  for (const add of [listCommand, getCommand, setCommand, unsetCommand, adoptCommand, rotateCommand]) add(env);
}
