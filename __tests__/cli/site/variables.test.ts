import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { literally, parseOverrides } from "../../../cli/site/env/adopt";
import { variablesTable } from "../../../cli/site/env/list";
import { counted } from "../../../cli/site/env/rotate";
import { checkName, findVariable, pathOf, readVariables } from "../../../cli/site/env/variables";

describe("variables", () => {
  const directory = mkdtempSync(join(tmpdir(), "variables-"));
  const file = join(directory, "Pulumi.prod.yaml");
  afterAll(() => rmSync(directory, { recursive: true }));

  it("are read from a stack's file, secrets masked wherever they stand", () => {
    writeFileSync(
      file,
      `config:
  trinode:app:
    env:
      SQL_NAME: \${database.name}
      PORT: 8080
      TOKEN:
        secure: v1:abc
    secrets:
      KEY: not encrypted, a secret all the same
`,
    );
    const variables = readVariables(file);
    expect(variablesTable(variables)).toBe(
      "KEY       ********\nPORT      8080\nSQL_NAME  ${database.name}\nTOKEN     ********",
    );
    expect(findVariable(variables, "TOKEN").section).toBe("env");
    expect(() => findVariable(variables, "NOPE")).toThrow(/no variable NOPE\. There are: KEY, PORT, SQL_NAME, TOKEN/);
  });

  it("are none where a stack has none", () => {
    writeFileSync(file, "config:\n  trinode:site: shop\n");
    expect(readVariables(file)).toEqual([]);
  });

  it("have names, and no value on the command line", () => {
    expect(checkName("_A1")).toBe("_A1");
    expect(() => checkName("1A")).toThrow(/not a variable's name/);
    expect(() => checkName("KEY=secret")).toThrow(/goes to standard input/);
  });

  it("are at a path that Pulumi understands", () => {
    expect(pathOf("secrets", "KEY")).toBe('trinode:app.secrets["KEY"]');
  });

  it("that were changed on a server come with any value", () => {
    expect(parseOverrides("A=1\0B=two = 2\nlines\0C=\0")).toEqual([
      ["A", "1"],
      ["B", "two = 2\nlines"],
      ["C", ""],
    ]);
  });

  it("that were changed on a server are meant as they stand there", () => {
    expect(literally("a ${b} $c $$ $& ${")).toBe("a $${b} $c $$ $& $${");
  });

  it("count rotations from nothing", () => {
    expect(counted({ app: {} }, ["app", "secretKeyRotation"])).toBe(0);
    expect(counted({ database: { rotation: 2 } }, ["database", "rotation"])).toBe(2);
    expect(counted({}, ["database", "rotation"])).toBe(0);
  });
});
