import { buildVariables, resolveVariables, unknownReferences } from "../../render/variables";

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

  it("take what is part of a URL percent-encoded", () => {
    const values = { URL: "postgres://${database.user:url}:${database.password:url}@${database.host}/x" };
    expect(resolveVariables(values, known)).toEqual({ URL: "postgres://site:p%40ss@10.0.0.10/x" });
  });
});

describe("variables of what builds a release", () => {
  it("have every name, and nothing secret", () => {
    const env = { HOST: "${database.host}", URL: "${database.url}", KEY: "x${secretKey}", MODE: "prod" };
    const secrets = { API_KEY: "hunter2", DSN: "redis://:hunter2@${database.host}", PASSWORD: "${database.password}" };
    const values = buildVariables(env, secrets, known);
    expect(Object.keys(values).sort()).toEqual([...Object.keys(env), ...Object.keys(secrets)].sort());
    expect(values).toMatchObject({ HOST: "10.0.0.10", MODE: "prod" });
    expect(values.URL).toMatch(/^postgresql:\/\/site:stand-in[\w-]+@10\.0\.0\.10:5432\/ocrprojet13$/);
    for (const name of ["KEY", "API_KEY", "DSN", "PASSWORD"]) expect(values[name]).toMatch(/^x?stand-in-/);
    expect(buildVariables({ REDIS: "${redis.url}" }, {}, known).REDIS).toMatch(
      /^redis:\/\/:stand-in[\w-]+@127\.0\.0\.1:6379\/0$/,
    );
    expect(JSON.stringify(values)).not.toMatch(/hunter2|p@ss|p%40ss/);
  });
});
