import { mapOnlyStacksThatAreRead } from "../stackTraces";

describe("stacks", () => {
  const prepareStackTrace = Error.prepareStackTrace?.bind(Error);
  const { stackTraceLimit } = Error;
  const mapped: string[] = [];

  beforeEach(() => {
    mapped.length = 0;
    Error.prepareStackTrace = (error) => {
      mapped.push(error.message);
      return `mapped ${error.message}`;
    };
    mapOnlyStacksThatAreRead();
  });

  afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  });

  it("are mapped for an error that has a message", () => {
    expect(new Error("that somebody reads").stack).toBe("mapped that somebody reads");
  });

  it("are mapped where all of one is asked for, as for a resource's position", () => {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    expect(new Error().stack).toBe("mapped ");
  });

  it("are left as V8 writes them for an error without a message, which Pulumi makes for every promise", () => {
    expect(new Error().stack).toMatch(/^Error\n {4}at .*stackTraces\.test\.ts/);
    expect(mapped).toEqual([]);
  });
});
