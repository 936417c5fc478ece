import { conflicts, type ZoneRecord } from "../../../cli/dns/conflicts";

describe("a zone in which records are going to be made", () => {
  const wanted = ["", "www"].flatMap((name) => ["A", "AAAA"].map((type) => ({ name, type })));
  const look = (...records: Omit<ZoneRecord, "id">[]) =>
    conflicts(
      records.map((record, id) => ({ id, ...record })),
      wanted,
      ["203.0.113.7", "2001:db8::7"],
    ).map(({ name, type, target }) => `${name} ${type} ${target}`);

  it("is free where other names and other types stand", () => {
    expect(
      look(
        { name: "mail", type: "A", target: "192.0.2.1" },
        { name: "", type: "MX", target: "mail.example.org" },
        { name: "", type: "TXT", target: "v=spf1 -all" },
      ),
    ).toEqual([]);
  });

  it("is not where a name leads elsewhere", () => {
    const elsewhere = { name: "www", type: "A", target: "192.0.2.1" };
    expect(look(elsewhere, { name: "WWW", type: "CNAME", target: "old.example.net" })).toEqual([
      "www A 192.0.2.1",
      "WWW CNAME old.example.net",
    ]);
    expect(look({ name: "", type: "AAAA", target: "2001:db8::1" })).toEqual([" AAAA 2001:db8::1"]);
  });

  it("may have those that lead to our machine already, as after an up that was cut off", () => {
    expect(
      look({ name: "", type: "A", target: "203.0.113.7" }, { name: "", type: "AAAA", target: "2001:DB8::7" }),
    ).toEqual([]);
  });
});
