/** The part of the package's schema that `pulumi import` writes code from: each resource's inputs and outputs, with their types. */

interface PropertySpec {
  type: "string" | "integer" | "boolean" | "object";
  additionalProperties?: { type: "string" };
  secret?: boolean;
}
type Properties = Record<string, PropertySpec>;

const text: PropertySpec = { type: "string" };
const whole: PropertySpec = { type: "integer" };
const flag: PropertySpec = { type: "boolean" };
const secret: PropertySpec = { type: "string", secret: true };
const keepers: PropertySpec = { type: "object", additionalProperties: { type: "string" } };

const textInputs: Properties = {
  keepers,
  length: whole,
  lower: flag,
  minLower: whole,
  minNumeric: whole,
  minSpecial: whole,
  minUpper: whole,
  number: flag,
  numeric: flag,
  overrideSpecial: text,
  special: flag,
  upper: flag,
};
const idInputs: Properties = { byteLength: whole, keepers, prefix: text };
const bytesInputs: Properties = { keepers, length: whole };

export function schema(): object {
  return {
    resources: {
      "random:index/randomPassword:RandomPassword": spec(textInputs, "length", { bcryptHash: secret, result: secret }),
      "random:index/randomString:RandomString": spec(textInputs, "length", { result: text }),
      "random:index/randomId:RandomId": spec(idInputs, "byteLength", {
        b64Std: text,
        b64Url: text,
        dec: text,
        hex: text,
      }),
      "random:index/randomBytes:RandomBytes": spec(bytesInputs, "length", { base64: secret, hex: secret }),
    },
  };
}

function spec(inputProperties: Properties, required: string, outputs: Properties): object {
  const results = Object.keys(outputs);
  return {
    inputProperties,
    requiredInputs: [required],
    properties: { ...inputProperties, ...outputs },
    required: [required, ...results],
  };
}
