/** GRANT and REVOKE of privileges. Source: terraform-provider-postgresql 1.27.0, resource_postgresql_grant.go. */
import { crc32 } from "../base/bridge/setOrder";
import { identifier, identifiers, objectsIn } from "./sql";

export interface GrantValues {
  role: string;
  database: string;
  objectType: string;
  schema?: string;
  /** Empty: all of the schema. */
  objects?: string[];
  columns?: string[];
  privileges?: string[];
  withGrantOption?: boolean;
}

export function grantStatement(grant: GrantValues): string {
  const { role, objectType, columns = [], privileges = [], withGrantOption } = grant;
  const which = objectType === "column" ? ` (${identifiers(columns)})` : "";
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  return `GRANT ${privileges.join(",")}${which} ON ${target(grant)} TO ${identifier(role)}${option}`;
}

/**
 * What has to go before privileges are granted; undefined if there is nothing. Named tables and the like lose what was granted
 * only: revoking everything would take grants on columns with it.
 */
export function revokeStatement(grant: GrantValues): string | undefined {
  const { role, objectType, objects = [], columns = [], privileges = [] } = grant;
  const from = `ON ${target(grant)} FROM ${identifier(role)}`;
  if (objectType === "column") {
    if (privileges.length === 0 || columns.length === 0) return undefined;
    return `REVOKE ${privileges.join(",")} (${identifiers(columns)}) ${from}`;
  }
  const named = objects.length > 0 && !WITHOUT_SCHEMA.includes(objectType);
  return named && privileges.length > 0 ? `REVOKE ${privileges.join(",")} ${from}` : `REVOKE ALL PRIVILEGES ${from}`;
}

/** Types whose objects are not in a schema. */
export const WITHOUT_SCHEMA: readonly string[] = ["database", "foreign_data_wrapper", "foreign_server"];

function target({ objectType, database, schema = "", objects = [] }: GrantValues): string {
  const kind = objectType.toUpperCase().replaceAll("_", " ");
  switch (objectType) {
    case "database":
      return `DATABASE ${identifier(database)}`;
    case "schema":
      return `SCHEMA ${identifier(schema)}`;
    case "foreign_data_wrapper":
    case "foreign_server":
      return `${kind} ${identifier(objects[0] ?? "")}`;
    case "column":
      return `TABLE ${objectsIn(schema, objects)}`;
    default:
      return objects.length > 0
        ? `${kind} ${objectsIn(schema, objects)}`
        : `ALL ${kind}S IN SCHEMA ${identifier(schema)}`;
  }
}

/** What is wrong with the combination of values; undefined if nothing is. */
export function grantProblem({ objectType, schema, objects = [], columns = [], privileges = [] }: GrantValues) {
  if (!schema && !WITHOUT_SCHEMA.includes(objectType))
    return "parameter 'schema' is mandatory for postgresql_grant resource";
  if (objects.length > 0 && (objectType === "database" || objectType === "schema"))
    return "cannot specify `objects` when `object_type` is `database` or `schema`";
  if (columns.length > 0 && objectType !== "column")
    return "cannot specify `columns` when `object_type` is not `column`";
  if (objectType === "column") {
    if (columns.length === 0) return "must specify `columns` when `object_type` is `column`";
    if (privileges.length !== 1) return "must specify exactly 1 `privileges` when `object_type` is `column`";
    if (objects.length !== 1)
      return "must specify exactly 1 table in the `objects` field when `object_type` is `column`";
  }
  if (objects.length !== 1 && objectType.startsWith("foreign_"))
    return "one element must be specified in `objects` when `object_type` is `foreign_data_wrapper` or `foreign_server`";
  return undefined;
}

/** Objects and columns stand in it in the order of Terraform's sets: by the decimal text of their CRC-32. */
export function grantId({ role, database, objectType, schema = "", objects = [], columns = [] }: GrantValues): string {
  const inSchema = WITHOUT_SCHEMA.includes(objectType) ? [] : [schema];
  return [role, database, ...inSchema, objectType, ...inSetOrder(objects), ...inSetOrder(columns)].join("_");
}

function inSetOrder(names: readonly string[]): string[] {
  const key = (name: string) => String(crc32(name));
  return [...names].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
