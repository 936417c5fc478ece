/** A program's inputs, checked and completed. */
import { CheckFailure, CheckResult, isObject, isUnknown, Properties, Secret, secret, Value } from "..";
import { Field, Fields, Flavour, terraformName } from "./schema";

/** Checks types and required fields, fills in defaults, and notes which ones (`__defaults`, SDK only). `name` is the resource's. */
export function checkInputs(fields: Fields, inputs: Properties, flavour: Flavour, name: string): CheckResult {
  const failures: CheckFailure[] = [];
  const checked = checkObject(fields, inputs, flavour, { name, path: "" }, failures);
  return { inputs: checked, failures };
}

interface Place {
  /** The resource's name, which messages begin with. */
  name: string;
  path: string;
}

function checkObject(
  fields: Fields,
  inputs: Properties,
  flavour: Flavour,
  place: Place,
  failures: CheckFailure[],
): Properties {
  const checked: Properties = {};
  const defaults: string[] = [];
  for (const name of Object.keys(inputs)) {
    if (name.startsWith("__") || (fields[name] !== undefined && fields[name].role !== "computed")) continue;
    failures.push(failure("Invalid or unknown key", place, name));
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.role === "computed") continue;
    const value = inputs[name];
    if (value === undefined || value === null) {
      if (field.role === "required") failures.push(missing(name, place, flavour));
      if (field.default === undefined || flavour === "framework") continue;
      checked[name] = field.default;
      defaults.push(name);
    } else {
      checked[name] = checkValue(field, value, flavour, { ...place, path: join(place.path, name) }, failures);
    }
  }
  return flavour === "sdk" ? { ...checked, __defaults: defaults.sort() } : checked;
}

function checkValue(
  field: Field,
  value: Value,
  flavour: Flavour,
  place: Place,
  failures: CheckFailure[],
): Value | Secret {
  if (isUnknown(value)) return value;
  const reason = field.check?.(value, terraformName(place.path));
  if (reason !== undefined)
    failures.push({ property: "", reason: `${reason}. Examine values at '${place.name}.${place.path}'.` });
  if (Array.isArray(value)) {
    const { items } = field;
    if (items === undefined) throw new Error(`${place.path}: a list was given where one value is wanted.`);
    return value.map((item, index) =>
      checkValue(items, item, flavour, { ...place, path: `${place.path}[${index}]` }, failures),
    );
  }
  if (field.fields !== undefined && isObject(value)) {
    return checkObject(field.fields, value, flavour, place, failures) as Value;
  }
  const scalar = convert(field, value, terraformName(place.path));
  return field.secret ? secret(scalar) : scalar;
}

/** The type Terraform wants: programs often pass an id, which is a text, as a number and the other way round. */
function convert(field: Field, value: Value, name: string): Value {
  if (field.type === "integer" && typeof value === "string") {
    if (!/^[+-]?\d+$/.test(value))
      throw new Error(`${name}: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  }
  if (field.type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (field.type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  return value;
}

function missing(name: string, place: Place, flavour: Flavour): CheckFailure {
  if (flavour === "framework") return { property: "", reason: `Missing required property '${join(place.path, name)}'` };
  const argument = JSON.stringify(terraformName(name));
  return failure(
    `Missing required argument. The argument ${argument} is required, but no definition was found.`,
    place,
    name,
  );
}

function failure(reason: string, place: Place, name: string): CheckFailure {
  return { property: "", reason: `${reason}. Examine values at '${place.name}.${join(place.path, name)}'.` };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
