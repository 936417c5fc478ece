import { Kind, type TSchema } from "@sinclair/typebox";
import { TypeCompiler, type ValueError, ValueErrorType } from "@sinclair/typebox/compiler";
import { Value } from "@sinclair/typebox/value";
import type { FastifySchemaCompiler } from "fastify";
import { ApiError, type Reason, invalidAll } from "./errors";

declare module "@sinclair/typebox" {
  interface SchemaOptions {
    /** What Linode says when a value is not of this schema, where its own words are known. */
    reason?: string;
  }
}

/**
 * Turns a schema into Linode's answer. Bodies are taken as they are; an id in a path is turned into a number first, and one
 * that can't be is simply not found.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const checker = TypeCompiler.Compile(schema);
  return (value: unknown) => {
    const given = httpPart === "body" ? value : Value.Convert(schema, value);
    if (checker.Check(given)) return { value: given };
    if (httpPart === "params") return { error: new ApiError(404, [{ reason: "Not found" }]) };
    return { error: invalidAll(reasonsOf([...checker.Errors(given)])) };
  };
};

/** One reason a field, the most telling one. */
export function reasonsOf(errors: ValueError[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const error of errors.map(innermost)) {
    const extra = error.type === ValueErrorType.ObjectAdditionalProperties;
    // The key itself is no field that Linode knows: the object that holds it is named.
    const field =
      fieldOf(extra ? error.path.replace(/\/[^/]*$/, "") : error.path) || (extra ? (error.schema.title ?? "") : "");
    if (!reasons.has(field))
      reasons.set(field, field ? { reason: reasonOf(error), field } : { reason: reasonOf(error) });
  }
  return [...reasons.values()];
}

/** Of "a string or null": what is wrong with it as a string. */
function innermost(error: ValueError): ValueError {
  if (error.schema.reason || error.errors.length === 0) return error;
  const deeper = error.errors.flatMap((alternative) => [...alternative]).filter((one) => one.schema[Kind] !== "Null");
  const first = deeper.find((one) => one.path !== error.path) ?? deeper[0];
  return first && !isLiteral(first) ? innermost(first) : error;
}

const isLiteral = (error: ValueError): boolean => error.schema[Kind] === "Literal";

/** `/rules/inbound/0/ports` → `rules.inbound[0].ports`, Linode's form. */
function fieldOf(path: string): string {
  return path
    .split("/")
    .slice(1)
    .reduce((field, key) => (/^\d+$/.test(key) ? `${field}[${key}]` : field ? `${field}.${key}` : key), "");
}

function reasonOf(error: ValueError): string {
  const { schema, type } = error;
  const name = error.path.split("/").pop() ?? "";
  if (type === ValueErrorType.ObjectRequiredProperty) return `${name} is required`;
  if (typeof schema.reason === "string") return schema.reason;
  if (type === ValueErrorType.StringMinLength || type === ValueErrorType.StringMaxLength) return lengths(schema);
  if (type === ValueErrorType.ArrayMinItems) return `Must contain at least ${Number(schema.minItems)} item(s)`;
  if (type === ValueErrorType.ArrayMaxItems) return `Must contain at most ${Number(schema.maxItems)} item(s)`;
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    return `Must be ${Number(schema.minimum)}-${Number(schema.maximum)}`;
  if (type === ValueErrorType.IntegerMinimum) return `Must be at least ${Number(schema.minimum)}`;
  if (schema[Kind] === "Union") return `Must be one of: ${literals(schema).join(", ")}`;
  if (schema[Kind] === "Literal") return `Must be one of: ${String(schema.const)}`;
  if (type === ValueErrorType.StringPattern) return `${name} is not valid`;
  return `Must be of type ${String(schema.type ?? schema[Kind])}`;
}

function lengths(schema: TSchema): string {
  const [min, max] = [Number(schema.minLength ?? 0), Number(schema.maxLength ?? 0)];
  return max ? `Length must be ${min}-${max} characters` : `Length must be at least ${min} characters`;
}

function literals(schema: TSchema): string[] {
  return (schema.anyOf as TSchema[]).flatMap((one) => (one[Kind] === "Literal" ? [String(one.const)] : []));
}
