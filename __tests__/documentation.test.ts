import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { siteSchema } from "../configSchema";

const keys = Object.keys(siteSchema.in.shape).sort();

describe("the configuration's documentation", () => {
  it("declares every key in Pulumi.yaml, with type, default and description", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
      config: Record<string, Record<string, unknown>>;
    };
    expect(
      Object.keys(config)
        .map((key) => key.replace("trinode:", ""))
        .sort(),
    ).toEqual(keys);
    for (const [key, declared] of Object.entries(config)) {
      // Pulumi knows no type for "true, or an object".
      const type = key === "trinode:redis" ? [] : ["type"];
      expect(Object.keys(declared)).toEqual(expect.arrayContaining([...type, "default", "description"]));
    }
  });

  it("says the same defaults in Pulumi.yaml, whose are the ones that count, as in the schema", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, { default: unknown }> };
    const schema = siteSchema.in.shape as Record<string, z.ZodType>;
    for (const [key, declared] of Object.entries(config)) {
      const field = schema[key.replace("trinode:", "")]!;
      const withoutValue = field.safeParse(undefined);
      if (!withoutValue.success) continue;
      expect([key, field.parse(declared.default)]).toEqual([key, withoutValue.data]);
    }
  });

  it("has a row for every key in README.md, and no row for anything else", () => {
    const rows = readFileSync("README.md", "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    const documented = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([a-z]+)[.\w]*`/gi)].map(([, key]) => key),
    );
    expect([...new Set(documented)].sort()).toEqual(keys);
  });
});

describe("what is needed to run it", () => {
  it("is the same Node.js in README.md, in package.json and where it is looked at", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
    const oldest = /^>=(\d+)\.(\d+)$/.exec(engines.node)!;
    expect(readFileSync("README.md", "utf8")).toContain(`Node.js ${oldest[1]}.${oldest[2]} or newer`);
    expect(readFileSync("toolchain/bootstrap.mjs", "utf8")).toContain(`OLDEST_NODE = [${oldest[1]}, ${oldest[2]}];`);
  });
});
