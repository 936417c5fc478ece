/** The statement that makes a database. */
import { identifier, literal } from "./sql";

export interface DatabaseValues {
  name: string;
  owner?: string;
  template?: string;
  encoding?: string;
  lcCollate?: string;
  lcCtype?: string;
  tablespaceName?: string;
  connectionLimit?: number;
  allowConnections?: boolean;
  isTemplate?: boolean;
  /** When the owner changes, what it has in the database goes with it. */
  alterObjectOwnership?: boolean;
}

/** @param login who owns the database if the program does not say it. */
export function createDatabaseStatement(database: DatabaseValues, login: string): string {
  const { name, owner, template, encoding, lcCollate, lcCtype, tablespaceName } = database;
  return [
    `CREATE DATABASE ${identifier(name)}`,
    `OWNER ${identifier(owner || login)}`,
    `TEMPLATE ${orDefault(template || "template0", identifier)}`,
    `ENCODING ${orDefault(encoding || "UTF8", literal)}`,
    ...(lcCollate ? [`LC_COLLATE ${orDefault(lcCollate, literal)}`] : []),
    ...(lcCtype ? [`LC_CTYPE ${orDefault(lcCtype, literal)}`] : []),
    ...(tablespaceName ? [`TABLESPACE ${orDefault(tablespaceName, identifier)}`] : []),
    `ALLOW_CONNECTIONS ${database.allowConnections ?? true}`,
    `CONNECTION LIMIT ${database.connectionLimit ?? -1}`,
    `IS_TEMPLATE ${database.isTemplate ?? false}`,
  ].join(" ");
}

/** `DEFAULT`, in any case, is the word and not a name. */
function orDefault(value: string, quote: (value: string) => string): string {
  return value.toUpperCase() === "DEFAULT" ? "DEFAULT" : quote(value);
}
