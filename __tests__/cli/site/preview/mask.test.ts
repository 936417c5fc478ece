import { mask, secretsOf } from "../../../../cli/site/preview/mask";
import { secretTexts } from "../../../../cli/site/stack";

describe("secrets", () => {
  it.each([
    ["as they are", "login hunter2? failed", "login [secret] failed"],
    ["in a URL", "postgres://a:hunter2%3F@b", "postgres://a:[secret]@b"],
    ["in base64", `Basic ${Buffer.from("hunter2?").toString("base64")}`, "Basic [secret]="],
  ])("are taken out of text %s", (_, text, masked) => {
    expect(mask(text, ["hunter2?"])).toBe(masked);
  });

  it("are taken out of JSON, and line by line", () => {
    const key = '-----BEGIN KEY-----\nabcdefghijklmnop"qrstuv\n-----END KEY-----\n';
    expect(mask(JSON.stringify({ key }), [key])).toBe('{"key":"[secret]"}');
    expect(mask('line 2: abcdefghijklmnop"qrstuv', [key])).toBe("line 2: [secret]");
  });

  it("that are a part of another leave nothing of it", () => {
    expect(mask("secret-and-more", ["secret", "secret-and-more"])).toBe("[secret]");
  });

  it("too short to be any stay words", () => {
    expect(mask("yes, all is well", ["yes", ""])).toBe("yes, all is well");
  });

  it("are found in the environment by name", () => {
    const env = {
      LINODE_TOKEN: "t",
      PULUMI_CONFIG_PASSPHRASE: "p",
      AWS_SECRET_ACCESS_KEY: "s",
      PATH: "/bin",
      EMPTY_TOKEN: "",
    };
    expect(secretsOf(env)).toEqual(["t", "p", "s"]);
  });

  it("are found in the configuration by how its file keeps them", () => {
    const file = {
      site: "shop",
      app: { env: { A: "1" }, secrets: { KEY: { secure: "v1:…" } } },
      all: { secure: "v1:…" },
    };
    const decrypted = { site: "shop", app: { env: { A: "1" }, secrets: { KEY: "hunter2" } }, all: { a: ["x", "y"] } };
    expect(secretTexts(file, decrypted)).toEqual(["hunter2", "x", "y"]);
  });
});
