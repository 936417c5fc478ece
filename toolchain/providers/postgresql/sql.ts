/** Names and texts as parts of statements. Quoted as `pg` does it, which takes too long to load for a run without a change. */

/** A name, quoted: `"my ""role"""`. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text, quoted: `'it''s'`. */
export function literal(value: string): string {
  const quoted = `'${value.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return value.includes("\\") ? ` E${quoted}` : quoted;
}

export const identifiers = (names: readonly string[]): string => names.map(identifier).join(",");

/** Objects of a schema, quoted. A function may come with its argument types, which stay as they are: `test(text, int)`. */
export function objectsIn(schema: string, names: readonly string[]): string {
  return names
    .map((name) => {
      const parenthesis = name.indexOf("(");
      const [bare, types] = parenthesis < 0 ? [name, ""] : [name.slice(0, parenthesis), name.slice(parenthesis)];
      return `${identifier(schema)}.${identifier(bare)}${types}`;
    })
    .join(",");
}
