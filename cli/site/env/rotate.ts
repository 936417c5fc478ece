import { Argument } from "commander";
import { applyChange } from "../change";
import type { Verb } from "../verb";

/** Counters in the configuration: each step is a new secret, made by `pulumi up`. */
const counters = {
  "secret-key": { key: "trinode:app.secretKeyRotation", path: ["app", "secretKeyRotation"] },
  "database-password": { key: "trinode:database.rotation", path: ["database", "rotation"] },
} as const;

type Rotated = keyof typeof counters;

/** `./site env rotate secret-key|database-password` */
export function rotateCommand(verb: Verb): void {
  verb.parent
    .command("rotate")
    .description("makes a secret anew; the old one works until nothing uses it any more")
    .addArgument(new Argument("<secret>").choices(Object.keys(counters)))
    .action(async (secret: Rotated) => {
      const stack = await verb.stack();
      const { key, path } = counters[secret];
      const next = counted(await stack.config(), path) + 1;
      await applyChange(stack, { what: `env rotate ${secret}`, edit: (file) => stack.setNumber(file, key, next) });
      verb.print({ secret, rotation: next }, `${secret} is new, rotation ${next}`);
    });
}

export function counted(config: Record<string, unknown>, [section, name]: readonly [string, string]): number {
  return Number((config[section] as Record<string, unknown> | undefined)?.[name] ?? 0);
}
