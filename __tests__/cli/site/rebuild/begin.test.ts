import { closes, dataOn, machineFor } from "../../../../cli/site/rebuild/begin";
import { inAgain } from "../../../../cli/site/rebuild/upstream";
import type { Role, Server } from "../../../../cli/site/servers";
import { serverOf, serversWith } from "../../../../cli/site/servers";

const server = (name: string, ...roles: Role[]): Server => ({
  ...{ name, roles, id: 1, label: `gl-prod-${name}`, address: "192.0.2.1", hostKey: "" },
});
const [web, app, second, database] = [
  server("web", "web"),
  server("app", "app"),
  server("app-2", "app"),
  server("database", "database"),
];
const single = server("server", "web", "app", "database");
const site = (...servers: Server[]) => ({
  server: (role: Role) => serverOf(servers, role),
  all: (role: Role) => serversWith(servers, role),
});

describe("a machine that is to be made anew", () => {
  it("is named by its role, of several by its number; the one machine by all that it does", () => {
    const all = [web, app, second, database];
    expect(["web", "app", "app-2", "database"].map((name) => machineFor(all, name).name)).toEqual([
      ...["web", "app", "app-2", "database"],
    ]);
    expect(["web", "app", "database", "server"].map((name) => machineFor([single], name).name)).toEqual(
      Array<string>(4).fill("server"),
    );
    expect(() => machineFor(all, "app-3")).toThrow('there is no machine "app-3". There is: web, app, app-2, database');
  });

  it("has what nobody else has: database, uploads", () => {
    const three = site(web, app, second, database);
    expect([web, app, second, database].map((one) => dataOn(three, one))).toEqual([
      { database: false, uploads: false },
      { database: false, uploads: true },
      { database: false, uploads: false },
      { database: true, uploads: false },
    ]);
    expect(dataOn(site(single), single)).toEqual({ database: true, uploads: true });
  });

  it("leaves visitors with a page that says so where nobody else can serve them", () => {
    expect([web, app, database].map((one) => closes(site(web, app, database), one))).toEqual([false, true, true]);
    expect([app, second].map((one) => closes(site(web, app, second, database), one))).toEqual([false, false]);
    expect(closes(site(single), single)).toBe(true);
  });

  it("is out of the upstream until it answers, where others serve; where none do, there is nothing to take it out of", () => {
    expect(inAgain({ ...second, closes: false })).toEqual(["--replace", "**::app-2-out", "--replace", "**::app-2-in"]);
    expect([web, database, app].map((one) => inAgain({ ...one, closes: one !== web }))).toEqual([[], [], []]);
  });
});
