import { type Static, Type } from "@sinclair/typebox";
import { Maybe, OneOf } from "./common";

export const Snapshot = Type.Object({
  // As Linode's own pages check it before they send it: https://www.npmjs.com/package/@linode/validation
  label: Type.String({ minLength: 1, maxLength: 255, reason: "Label must be between 1 and 255 characters." }),
});

export const Restore = Type.Object({ linode_id: Type.Integer(), overwrite: Maybe(Type.Boolean()) });
export type Restore = Static<typeof Restore>;

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const windows = ["W0", "W2", "W4", "W6", "W8", "W10", "W12", "W14", "W16", "W18", "W20", "W22"] as const;

/** When automatic ones are made. `Scheduling`: Linode chooses. */
export const Schedule = Type.Object({
  schedule: Maybe(
    Type.Object({ day: Maybe(OneOf("Scheduling", ...days)), window: Maybe(OneOf("Scheduling", ...windows)) }),
  ),
});
