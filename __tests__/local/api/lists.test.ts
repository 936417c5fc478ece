import { TestCloud } from "./client";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
  for (let at = 0; at < 30; at++) {
    await cloud.ok("POST", "/vpcs", {
      label: `vpc-${String(at).padStart(2, "0")}`,
      region: at % 2 ? "fr-par" : "us-ord",
    });
  }
});
afterAll(() => cloud.stop());

interface Vpc {
  id: number;
  label: string;
}
const labels = async (filter: object) =>
  (await cloud.list<Vpc>("/vpcs", filter as Record<string, unknown>)).map((vpc) => vpc.label);

describe("pages", () => {
  it("have 100 rows, or as many as asked for", async () => {
    expect(await cloud.ok("GET", "/vpcs")).toMatchObject({ page: 1, pages: 1, results: 30 });
    const second = await cloud.ok<{ data: Vpc[] }>("GET", "/vpcs?page=2&page_size=25");
    expect(second).toMatchObject({ page: 2, pages: 2, results: 30 });
    expect(second.data).toHaveLength(5);
  });

  it("beyond the end are empty, and so is an empty list, of one page", async () => {
    expect(await cloud.ok("GET", "/vpcs?page=9")).toEqual({ data: [], page: 9, pages: 1, results: 30 });
    expect(await cloud.ok("GET", "/domains")).toEqual({ data: [], page: 1, pages: 1, results: 0 });
  });

  it.each(["page=0", "page=x", "page_size=24", "page_size=501"])("%s is refused", async (query) => {
    expect((await cloud.call("GET", `/vpcs?${query}`)).status).toBe(400);
  });
});

describe("X-Filter", () => {
  it.each<[string, object, string[]]>([
    ["equality", { label: "vpc-07" }, ["vpc-07"]],
    ["two fields", { label: "vpc-07", region: "us-ord" }, []],
    ["+contains", { label: { "+contains": "c-1" } }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `vpc-1${at}`)],
    ["+or", { "+or": [{ label: "vpc-01" }, { label: "vpc-02" }] }, ["vpc-01", "vpc-02"]],
    ["+and of +or, with +order alone", { "+and": [{ "+or": [{ label: "vpc-03" }] }], "+order": "desc" }, ["vpc-03"]],
    ["+gte and +lt", { label: { "+gte": "vpc-28", "+lt": "vpc-29" } }, ["vpc-28"]],
    [
      "+neq",
      { "+and": [{ label: { "+contains": "vpc-2" } }, { region: { "+neq": "fr-par" } }], "+order_by": "label" },
      ["vpc-20", "vpc-22", "vpc-24", "vpc-26", "vpc-28"],
    ],
    [
      "order downwards",
      { "+or": [{ label: "vpc-01" }, { label: "vpc-02" }], "+order_by": "label", "+order": "desc" },
      ["vpc-02", "vpc-01"],
    ],
  ])("%s", async (_, filter, found) => {
    expect(await labels(filter)).toEqual(found);
  });

  it("takes an empty +and for everything", async () => {
    expect(await labels({ "+and": [], "+order": "desc" })).toHaveLength(30);
  });

  it("has the newest first among rows of the same second", async () => {
    const events = await cloud.list("/account/events", {
      "+order_by": "created",
      "+order": "desc",
      action: "vpc_create",
    });
    const ids = events.map((event) => event.id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b).reverse());
  });

  it("finds what a dotted name says", async () => {
    const [vpc] = await cloud.list("/vpcs");
    expect(await cloud.list("/account/events", { "entity.id": vpc?.id, "entity.type": "vpc" })).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['{"foo":1}', "X-Filter: Cannot filter on foo"],
    ['{"label":{"+foo":1}}', "X-Filter: +foo is not a valid operator"],
    ["{", "X-Filter: Invalid JSON"],
    ['{"+order_by":"foo"}', "X-Filter: Cannot order by foo"],
  ])("refuses %s", async (header, reason) => {
    expect(await cloud.refusal("GET", "/vpcs", undefined, { "x-filter": header })).toEqual([reason]);
  });
});
