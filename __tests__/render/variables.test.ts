import { resolveVariables, unknownReferences } from "../../render/variables";

const known = {
  database: {
    host: "10.0.0.10",
    port: 5432,
    name: "ocrprojet13",
    user: "site",
    password: "p@ss",
    url: "postgresql://site:p%40ss@10.0.0.10:5432/ocrprojet13",
  },
  secretKey: "k",
  secretKeyFallbacks: ["former"],
  domains: ["a.example.org", "b.example.org"],
};

describe("variables of a site", () => {
  it("take what the stack knows, under the site's own names", () => {
    const values = {
      HOST: "${database.host}",
      PORT: "${database.port}",
      URL: "x${database.url}y",
      ALLOWED: "${domains}",
    };
    expect(resolveVariables(values, known)).toEqual({
      HOST: "10.0.0.10",
      PORT: "5432",
      URL: `x${known.database.url}y`,
      ALLOWED: "a.example.org,b.example.org",
    });
  });

  it("take lists in every form", () => {
    expect(resolveVariables({ S: "${domains:space}", J: "${domains:json}", O: "${origins}" }, known)).toEqual({
      S: "a.example.org b.example.org",
      J: '["a.example.org","b.example.org"]',
      O: "https://a.example.org,https://b.example.org",
    });
  });

  it("keep a plain ${ that is written $${, and any other character", () => {
    expect(resolveVariables({ A: "$${HOME} $HOME % ' \" \n" }, known)).toEqual({ A: "${HOME} $HOME % ' \" \n" });
  });

  it("name what refers to nothing", () => {
    expect(unknownReferences("${databse.host} ${domains} $${x}")).toEqual(["databse.host"]);
    expect(() => resolveVariables({ A: "${x}" }, known)).toThrow("${x} means nothing");
  });
});
