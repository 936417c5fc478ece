/**
 * Property values to and from the protocol's `google.protobuf.Struct`, where the kinds that JSON lacks are objects with a
 * signature and unknown values are strings nobody would write.
 * Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
import { ListValue, NullValue, Struct, Value as ProtoValue } from "google-protobuf/google/protobuf/struct_pb";
import { Archive, Asset, isObject, isUnknown, Properties, ResourceReference, Secret, unknown, Value } from "./values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const KIND = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
};
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Computed string, bool, number, array, asset, archive and object. */
const UNKNOWNS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads the properties of a request; an absent message is an empty object. */
export function decode(struct: Struct | undefined): Properties {
  if (struct === undefined) return {};
  const entries: [string, Value][] = [];
  struct.getFieldsMap().forEach((value, name) => entries.push([name, decodeValue(value)]));
  return Object.fromEntries(entries);
}

/** Writes the properties of an answer; `undefined` members are left out. */
export function encode(properties: Properties): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) fields.set(name, encodeValue(value));
  return struct;
}

function decodeValue(value: ProtoValue): Value {
  switch (value.getKindCase()) {
    case ProtoValue.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case ProtoValue.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case ProtoValue.KindCase.STRING_VALUE:
      return UNKNOWNS.has(value.getStringValue()) ? unknown : value.getStringValue();
    case ProtoValue.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(decodeValue);
    case ProtoValue.KindCase.STRUCT_VALUE:
      return decodeObject(decode(value.getStructValue()) as { [name: string]: Value });
    default:
      return null;
  }
}

function decodeObject(object: { [name: string]: Value }): Value {
  const signature = object[SIGNATURE];
  switch (signature) {
    case undefined:
      return object;
    case KIND.secret:
      return new Secret(object.value ?? null);
    case KIND.asset:
      return new Asset(sourceOf(object) as Asset["source"], text(object.hash));
    case KIND.archive:
      return new Archive(sourceOf(object) as Archive["source"], text(object.hash));
    case KIND.resource:
      return new ResourceReference(text(object.urn), object.id ?? null, text(object.packageVersion));
    case KIND.output: {
      const value = "value" in object ? (object.value ?? null) : unknown;
      return object.secret === true ? new Secret(value) : value;
    }
    default:
      throw new Error(
        `a property has the unknown signature ${JSON.stringify(signature)}: the engine is newer than this plugin`,
      );
  }
}

function sourceOf(object: { [name: string]: Value }): object {
  for (const kind of ["assets", "text", "path", "uri"]) {
    const value = object[kind];
    if (isObject(value) || (typeof value === "string" && value !== "")) return { [kind]: value };
  }
  return { text: "" };
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function encodeValue(value: Value): ProtoValue {
  const result = new ProtoValue();
  if (value === null) return result.setNullValue(NullValue.NULL_VALUE);
  if (typeof value === "number") return result.setNumberValue(value);
  if (typeof value === "boolean") return result.setBoolValue(value);
  if (typeof value === "string") return result.setStringValue(value);
  if (isUnknown(value)) return result.setStringValue(UNKNOWN_STRING);
  if (Array.isArray(value)) return result.setListValue(new ListValue().setValuesList(value.map(encodeValue)));
  return result.setStructValue(encode(isObject(value) ? value : signed(value)));
}

function signed(value: Secret | Asset | Archive | ResourceReference): Properties {
  if (value instanceof Secret) return { [SIGNATURE]: KIND.secret, value: value.value };
  if (value instanceof ResourceReference) {
    return { [SIGNATURE]: KIND.resource, urn: value.urn, id: value.id, packageVersion: value.packageVersion };
  }
  const kind = value instanceof Asset ? KIND.asset : KIND.archive;
  return { [SIGNATURE]: kind, ...(value.source as Properties), ...(value.hash === "" ? {} : { hash: value.hash }) };
}
