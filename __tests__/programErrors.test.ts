import { inspect } from "node:util";
import { ConfigError } from "../config";
import { tellingErrors } from "../programErrors";

const failing = (error: Error) => tellingErrors(() => Promise.reject(error));

describe("an error of the program", () => {
  afterEach(() => {
    for (const event of ["uncaughtException", "unhandledRejection"]) {
      process.listeners(event as "uncaughtException").forEach((listener) => {
        if (listener.name === "shortenStack") process.removeListener(event, listener);
      });
    }
  });

  it("is told as its sentences when it is a mistake of the configuration", async () => {
    const error = new Error("trinode:app.source: there is no Python in it.");
    await expect(failing(error)).rejects.toMatchObject({ __pulumiRunError: true, message: error.message });
    const mistakes = new ConfigError(["trinode:site: is missing."]);
    await expect(failing(mistakes)).rejects.toMatchObject({ __pulumiRunError: true, message: mistakes.message });
  });

  it("is told with its stack when it is anything else", async () => {
    await expect(failing(new TypeError("x is not a function"))).rejects.toMatchObject({
      message: expect.stringMatching(/^TypeError: x is not a function\n {4}at .*programErrors\.test/) as string,
    });
  });

  it("loses the frames that this Node.js can't print in colours", async () => {
    await tellingErrors(() => Promise.resolve());
    const error = new Error("late");
    error.stack = "Error: late\n    at f (/p/index.ts:1:2)\n    at async g (/p/node_modules/@pulumi/resource.ts:3:4)";
    const [shorten] = process.listeners("unhandledRejection") as ((error: Error) => void)[];
    shorten!(error);
    expect(inspect(error, { colors: true })).toContain("index.ts:1:2");
    expect(error.stack).not.toContain("@pulumi");
  });
});
