import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { SiteError } from "../failure";

/** Sections of `trinode:app` that hold variables. */
export type Section = "env" | "secrets";

export interface Variable {
  name: string;
  section: Section;
  /** As configured, with `${…}` in it; undefined when it is a secret. */
  value?: string;
}

/** The variables that a stack's file names. Secrets stay as they are there: encrypted, or below `app.secrets`. */
export function readVariables(configFile: string): Variable[] {
  const { config } = parse(readFileSync(configFile, "utf8")) as { config?: Record<string, unknown> };
  const app = (config?.["trinode:app"] ?? {}) as Partial<Record<Section, Record<string, unknown>>>;
  return (["env", "secrets"] as const)
    .flatMap((section) =>
      Object.entries(app[section] ?? {}).map(([name, value]) => ({ name, section, ...shown(section, value) })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function shown(section: Section, value: unknown): { value?: string } {
  return section === "secrets" || (typeof value === "object" && value !== null) ? {} : { value: String(value) };
}

/** Where Pulumi finds a variable: a path for `pulumi config set --path`. */
export function pathOf(section: Section, name: string): string {
  return `trinode:app.${section}[${JSON.stringify(name)}]`;
}

/** @throws SiteError for what is no variable's name */
export function checkName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  const value = name.includes("=") ? " The value goes to standard input, so that no list of processes shows it." : "";
  throw new SiteError(`"${name}" is not a variable's name. Use letters, digits and _, no digit first.${value}`);
}

/** The variable of that name. @throws SiteError naming the ones that there are */
export function findVariable(variables: Variable[], name: string): Variable {
  const found = variables.find((variable) => variable.name === name);
  if (found) return found;
  const names = variables.map((variable) => variable.name).join(", ") || "none";
  throw new SiteError(`there is no variable ${checkName(name)}. There are: ${names}`);
}
