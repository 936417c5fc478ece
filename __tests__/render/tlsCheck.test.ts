import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateMistakes } from "../../render/tlsCheck";

const names = ["www.example.org", "example.org"];
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "trinode-certificate-"));
  const openssl = (line: string) => execFileSync("openssl", line.split(" "), { cwd: directory, stdio: "pipe" });
  const ec = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  openssl(`req -x509 ${ec} -days 30 -subj /CN=authority -keyout ca.key -out ca.pem`);
  openssl(`req -x509 ${ec} -days 30 -subj /CN=other -keyout other.key -out other.pem`);
  openssl(
    `req ${ec} -subj /CN=site -addext subjectAltName=DNS:*.example.org,DNS:example.org -keyout own.key -out own.csr`,
  );
  openssl(
    "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -copy_extensions copyall -out own.pem",
  );
  openssl(
    `req -x509 ${ec} -days 30 -subj /CN=self -addext subjectAltName=DNS:www.example.org,DNS:example.org -keyout self.key -out self.pem`,
  );
  openssl("pkcs8 -topk8 -in own.key -passout pass:secret -out encrypted.key");
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (...files: string[]) => files.map((name) => readFileSync(join(directory, name), "utf8")).join("");
const days = (count: number) => new Date(Date.now() + count * 86_400_000);

describe("a provided certificate", () => {
  it("is taken with its key and its chain", () => {
    expect(certificateMistakes(names, read("own.pem", "ca.pem"), read("own.key"))).toEqual([]);
  });

  it("is taken when it signed itself", () => {
    expect(certificateMistakes(names, read("self.pem"), read("self.key"))).toEqual([]);
  });

  it("is refused with the key of another", () => {
    expect(certificateMistakes(names, read("own.pem", "ca.pem"), read("other.key"))).toEqual([
      "The private key does not belong to the certificate. Give the pair.",
    ]);
  });

  it("is refused for names that it is not for", () => {
    expect(certificateMistakes([...names, "a.b.example.org"], read("own.pem", "ca.pem"), read("own.key"))).toEqual([
      "The certificate is not for a.b.example.org; it is for *.example.org, example.org. Have it issued for all names.",
    ]);
  });

  it("is refused when it, or one of its chain, has expired, or is not valid yet", () => {
    const at = (now: Date) => certificateMistakes(names, read("own.pem", "ca.pem"), read("own.key"), now);
    expect(at(days(25))).toEqual([expect.stringMatching(/^CN=site: expired on .*\. Renew it\.$/)]);
    expect(at(days(35))).toHaveLength(2);
    expect(at(days(-1))[0]).toMatch(/is not valid before/);
  });

  it("is refused without its chain, or with one that is not its own", () => {
    expect(certificateMistakes(names, read("own.pem"), read("own.key"))).toEqual([
      expect.stringMatching(/^The chain is missing: add the certificate of CN=authority/),
    ]);
    expect(certificateMistakes(names, read("own.pem", "other.pem"), read("own.key"))).toEqual([
      expect.stringMatching(/^The chain is not in order/),
    ]);
  });

  it.each([
    ["nothing", "", ""],
    ["something else", "hello", "hello"],
  ])("is refused when it is %s", (_, certificate, key) => {
    expect(certificateMistakes(names, certificate, key)).toEqual([
      expect.stringMatching(/^No certificate can be read/),
    ]);
  });

  it("is refused with a key that can't be read or is encrypted", () => {
    expect(certificateMistakes(names, read("own.pem"), "hello")).toEqual([
      expect.stringMatching(/^No private key can be read/),
    ]);
    expect(certificateMistakes(names, read("own.pem"), read("encrypted.key"))).toEqual([
      expect.stringMatching(/^The private key is encrypted/),
    ]);
  });
});
