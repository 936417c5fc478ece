import { fill } from "../../render/template";

describe("fill", () => {
  it("says which value of a template is missing", () => {
    expect(() => fill("postgresql/pg_hba.conf", { siteLines: "x" })).toThrow(
      "templates/postgresql/pg_hba.conf: no value for {{operatorLines}}",
    );
  });

  it("says which value has no place", () => {
    expect(() => fill("base/sshd.conf", { port: 22 })).toThrow("templates/base/sshd.conf: nothing takes port");
  });
});
