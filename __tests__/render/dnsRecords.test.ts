import { dnsRecords, recordsText, relativeName } from "../../render/dnsRecords";

describe("the records of the site's names", () => {
  it("are told as in a zone file, in the families that the server has", () => {
    const records = dnsRecords(["www.example.org", "example.org"]);
    expect(recordsText(records, { A: "198.51.100.7", AAAA: "2001:db8::7" })).toBe(
      [
        "www.example.org. 300 IN A 198.51.100.7",
        "www.example.org. 300 IN AAAA 2001:db8::7",
        "example.org. 300 IN A 198.51.100.7",
        "example.org. 300 IN AAAA 2001:db8::7",
      ].join("\n"),
    );
    expect(recordsText(records, { A: "198.51.100.7", AAAA: "" })).not.toContain("AAAA");
  });

  it("are kept in their zone by what stands before it", () => {
    expect(relativeName("example.org", "example.org")).toBe("");
    expect(relativeName("a.b.example.org", "example.org")).toBe("a.b");
  });

  it("are refused outside of the zone", () => {
    expect(() => relativeName("notexample.org", "example.org")).toThrow(
      '"notexample.org" is not in the zone "example.org"',
    );
  });
});
