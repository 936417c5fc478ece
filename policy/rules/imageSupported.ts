import { supportedImage } from "../../configRules";
import { ofType, type Rule } from "../plan";

export const imageSupported: Rule = {
  name: "image-supported",
  description: "Every Linode runs an image that the program's scripts know.",
  check: (plan) =>
    ofType(plan, "instance")
      .filter(({ inputs }) => !supportedImage.test(String(inputs.image)))
      .map(({ name, inputs }) => [
        name,
        `${JSON.stringify(inputs.image)} is not supported. Set trinode:image to linode/debian13; a machine that runs has to be made anew for it (docs/changes.md).`,
      ]),
};
