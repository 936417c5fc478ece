import { changedSteps } from "../../../../cli/site/rebuild/state";

const step = (name: string, modified: string, deletedWith = "other") => ({
  urn: `urn:pulumi:prod::trinode::command:remote:Command::${name}`,
  type: "command:remote:Command",
  ...{ modified, deletedWith },
});
const names = (urns: string[]) => urns.map((urn) => urn.split("::").pop());

describe("what is done again when the former machine takes its place again", () => {
  it("is what was done on other machines since, and what switches releases", () => {
    const before = [
      step("database-setup", "1", "database"),
      step("web-setup", "1"),
      step("watch", "1"),
      step("app-release", "1"),
    ];
    const now = [
      step("database-setup", "2", "database"),
      step("web-setup", "2"),
      step("watch", "1"),
      step("app-release", "1"),
    ];
    expect(names(changedSteps(before, now, "database"))).toEqual(["web-setup", "app-release"]);
  });

  it("is also what Pulumi has taken away meanwhile, and nothing that is no step", () => {
    const before = [step("watch", "1"), { ...step("web-dns", "1"), type: "linode:index/domainRecord:DomainRecord" }];
    expect(names(changedSteps(before, [], "database"))).toEqual(["watch"]);
  });
});
