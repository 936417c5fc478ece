import { readdirSync, rmSync } from "node:fs";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, localEnvironment, type LocalSettings } from "../../cli/localLinode";
import { prepare } from "../../cli/rehearse";
import { SiteCommand } from "./support/siteCommand";
import { standInProduction } from "./support/standInProduction";

const local: LocalSettings = { directory: ".test/staging-soak", port: 8419, slot: 19 };
const AT_A_TIME = 3;
const KINDS = ["/linode/instances", "/networking/firewalls", "/vpcs", "/domains"];

interface Taken {
  up: number;
  down: number;
}

/** Staging stacks in a row at an account that has a production, too. */
class Stagings {
  private constructor(
    private readonly site: SiteCommand,
    private readonly api: LinodeApi,
    private readonly before: string,
  ) {}

  static async begin(): Promise<Stagings> {
    await localDown(local, "reset");
    await prepare(local);
    const env = await localEnvironment(local);
    const api = new LinodeApi(env);
    await standInProduction(api);
    const site = new SiteCommand({ name: "none", configFile: "none", env });
    return new Stagings(site, api, await everything(api));
  }

  /** Opens these side by side, each well from outside, closes them, and looks that nothing has stayed. In seconds. */
  async openAndClose(names: string[]): Promise<Taken[]> {
    const up = await Promise.all(names.map((name) => this.run<{ well: boolean; seconds: number }>("up", name)));
    if (!up.every(({ well }) => well)) throw new Error(`${names.join(", ")}: not all are well`);
    const down = await Promise.all(names.map((name) => this.run<{ there: boolean; seconds: number }>("down", name)));
    const left = await everything(this.api);
    if (left !== this.before) throw new Error(`after ${names.join(", ")}:\n${left}\nbefore:\n${this.before}`);
    const files = readdirSync(".trinode").filter((file) => names.includes(file));
    if (files.length > 0) throw new Error(`.trinode still has ${files.join(", ")}`);
    return up.map(({ seconds }, index) => ({ up: seconds, down: down[index]!.seconds }));
  }

  private async run<T>(verb: string, name: string): Promise<T> {
    return JSON.parse(await this.site.well(["--json", "staging", verb, name])) as T;
  }
}

/** Kinds, ids and labels of all that the account has, and whether its machines run. */
async function everything(api: LinodeApi): Promise<string> {
  const lists = await Promise.all(KINDS.map((kind) => api.find<Record<string, unknown>>(kind, {})));
  return lists
    .flatMap((list, index) => list.map(({ id, label, domain, status }) => [KINDS[index], id, label, domain, status]))
    .map((line) => line.join(" "))
    .sort()
    .join("\n");
}

/**
 * `npx tsx __tests__/e2e/stagingSoak.ts [stacks]`: one staging stack alone, then so many in a row, three at a time. The last line says what
 * they took. Needs root. Exit: 0 nothing was left of any, and the production is as it was.
 */
async function main(count: number): Promise<void> {
  try {
    const stagings = await Stagings.begin();
    const [alone] = await stagings.openAndClose(["pr-1900"]);
    const taken: Taken[] = [];
    while (taken.length < count) {
      const names = [1, 2, 3]
        .slice(0, Math.min(AT_A_TIME, count - taken.length))
        .map((n) => `pr-${1900 + taken.length + n}`);
      taken.push(...(await stagings.openAndClose(names)));
      console.log(`${taken.length} of ${count}: ${names.join(", ")} came and went`);
    }
    const longest = (what: keyof Taken) => Math.max(...taken.map((one) => one[what]));
    console.log(
      `alone up ${alone!.up} s, down ${alone!.down} s; three at a time, the longest: up ${longest("up")} s, down ${longest("down")} s`,
    );
  } finally {
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
  }
}

main(Number(process.argv[2] ?? 20)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
