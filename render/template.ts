import { readFileSync } from "node:fs";
import { join } from "node:path";

const top = join(__dirname, "..");

/**
 * The text of `templates/<name>` with every `{{key}}` replaced by its value. Nothing else is understood: no loops, no
 * conditions. @throws Error if a key of the template has no value, or a value has no place in the template.
 */
export function fill(name: string, values: Record<string, string | number> = {}): string {
  const used = new Set<string>();
  const text = readFileSync(join(top, "templates", name), "utf8").replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`templates/${name}: no value for {{${key}}}`);
    used.add(key);
    return String(value);
  });
  const left = Object.keys(values).filter((key) => !used.has(key));
  if (left.length > 0) throw new Error(`templates/${name}: nothing takes ${left.join(", ")}`);
  return text;
}

/** The text of `scripts/<name>`, as it is put on a host. */
export function script(name: string): string {
  return readFileSync(join(top, "scripts", name), "utf8");
}
