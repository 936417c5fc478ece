import type { Verb } from "../verb";
import { initCommand } from "./init";

/** `./site state …` */
export function stateCommand(verb: Verb): void {
  initCommand(verb.group("state", "where Pulumi keeps what it knows of a stack, for a team"));
}
