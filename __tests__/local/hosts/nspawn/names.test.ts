import { renderNames } from "../../../../local/hosts/nspawn/names";

describe("the resolver's files", () => {
  it("have addresses in the one that is read again without a gap", () => {
    expect(
      renderNames([
        { name: "www.shop.test", type: "A", value: "198.18.0.20" },
        { name: "www.shop.test", type: "AAAA", value: "2001:2::14" },
      ]),
    ).toEqual({ hosts: "198.18.0.20 www.shop.test\n2001:2::14 www.shop.test\n", config: "" });
  });

  it("have every other type in the configuration", () => {
    const { config } = renderNames([
      { name: "*.shop.test", type: "A", value: "198.18.0.20" },
      { name: "shop.test", type: "CNAME", value: "www.shop.test." },
      { name: "shop.test", type: "TXT", value: 'v=spf1 "quoted" -all' },
      { name: "shop.test", type: "MX", value: "mx.shop.test", priority: 10 },
      { name: "_sip._tcp.shop.test", type: "SRV", value: "5 5060 sip.shop.test", priority: 1 },
      { name: "shop.test", type: "CAA", value: '0 issue "letsencrypt.org"' },
      { name: "shop.test", type: "NS", value: "ns1.linode.com" },
    ]);
    expect(config.trim().split("\n")).toEqual([
      "address=/shop.test/198.18.0.20",
      "cname=shop.test,www.shop.test",
      'txt-record=shop.test,"v=spf1 \\"quoted\\" -all"',
      "mx-host=shop.test,mx.shop.test,10",
      "srv-host=_sip._tcp.shop.test,sip.shop.test,5060,1,5",
      "caa-record=shop.test,0,issue,letsencrypt.org",
      "local=/shop.test/",
    ]);
  });

  it("take a line break in a value for a blank, not for another option", () => {
    const { config } = renderNames([{ name: "shop.test", type: "TXT", value: "one\nserver=192.0.2.1" }]);
    expect(config).toBe('txt-record=shop.test,"one server=192.0.2.1"\n');
  });
});
