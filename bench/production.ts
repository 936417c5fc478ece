import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LinodeApi } from "../cli/linodeApi";
import { get } from "../cli/outside";
import { pulumi } from "../cli/pulumi";
import { configure, deploy, describe, type Rehearsed, type RehearsalPlan } from "../cli/rehearse";
import { measureBackups } from "./backups";
import { describeLoad, type Figures, megabytes, seconds, timed } from "./figures";
import { sleep } from "./hosts";
import { load, type LoadRequest } from "./load";
import { residentMemory } from "./memory";
import { measureReleases } from "./releases";
import { roles } from "./servers";

/** The production's whole life, from a preview to its end; `floor` is what its installation is compared with, in seconds. */
export async function measureProduction(plan: RehearsalPlan, floor: number, figures: Figures): Promise<void> {
  const stack = await configure(plan);
  figures.set("preview", seconds(await timed(() => pulumi(stack, ["preview"]))));

  const begun = performance.now();
  const [firstPage, up] = await Promise.all([firstGoodPage(plan, stack.env, begun), timed(() => deploy(stack))]);
  figures.set("firstPage", seconds(firstPage));
  figures.set("up", seconds(up));
  figures.set("ratio", (firstPage / floor).toFixed(2));

  const production = await describe(stack, plan.local);
  const rest = await residentMemory(plan.local, production);
  const noChange = ["up", "--yes", "--skip-preview", "--expect-no-changes"];
  figures.set("noop", seconds(await timed(() => pulumi(stack, noChange))));
  await measureSite(production, figures);
  const loaded = await residentMemory(plan.local, production);
  for (const role of roles) {
    figures.set(`${role}Memory`, `${megabytes(rest[role])} at rest, ${megabytes(loaded[role])} after the load`);
  }
  await measureAddedDomain(plan, production, figures);
  await measureReleases(plan, production, figures);
  await measureBackups(plan, production, figures);
  figures.set("destroy", seconds(await timed(() => pulumi(stack, ["destroy", "--yes", "--skip-preview"]))));
}

/** Asks from outside, from the moment that the web server has an address, until the site answers with a certificate that holds. */
async function firstGoodPage({ local, stack }: RehearsalPlan, env: NodeJS.ProcessEnv, begun: number): Promise<number> {
  const api = new LinodeApi(env);
  const ca = readFileSync(join(local.directory, "ca.pem"), "utf8");
  for (let address: string | undefined; performance.now() - begun < 300_000; await sleep(250)) {
    address ??= await webAddress(api, stack);
    if (address === undefined) continue;
    const answer = await get({ url: "https://www.gamelenders.test/", address, ca }).catch(() => undefined);
    if (answer?.status === 200 && answer.body.includes("GameLenders")) return (performance.now() - begun) / 1000;
  }
  throw new Error("there was no good page within five minutes");
}

async function webAddress(api: LinodeApi, stack: string): Promise<string | undefined> {
  const instances = await api.find<{ label: string; ipv4: string[] }>("/linode/instances", {});
  return instances.find(({ label }) => label.includes(stack) && label.endsWith("web"))?.ipv4[0];
}

/** 1,000 requests of a page with a query, and of a static file. */
async function measureSite({ url, addresses, ca }: Rehearsed, figures: Figures): Promise<void> {
  const home = await get({ url, address: addresses.web, ca });
  const style = /href="(\/static\/[^"]+\.css)"/.exec(home.body)?.[1];
  if (style === undefined) throw new Error(`${url} names no style sheet`);
  for (const [name, path] of [
    ["page", "/search/?q=lantern"],
    ["file", style],
  ] as const) {
    const requests = [{ url: new URL(path, url).href }];
    const result = await load({ requests, count: 1000, clients: 16, address: addresses.web, ca });
    figures.set(name, describeLoad(result));
  }
}

/** One more domain, while visitors read and change their language: nobody may notice. */
async function measureAddedDomain(plan: RehearsalPlan, production: Rehearsed, figures: Figures): Promise<void> {
  const { addresses, domains, ca, url } = production;
  const added = `shop.${domains.at(-1)}`;
  const stack = await configure({ ...plan, overrides: { "trinode:domains": [...domains, added] } });
  const done = new AbortController();
  const requests = await visitorsRequests(production);
  const meanwhile = load({
    requests,
    count: 2000,
    clients: 4,
    pauseMs: 50,
    until: done.signal,
    address: addresses.web,
    ca,
  });
  try {
    const time = await timed(async () => {
      await pulumi(stack, ["up", "--yes", "--skip-preview"]);
      const answer = await get({ url: `https://${added}/`, address: addresses.web, ca });
      if (answer.status !== 200) throw new Error(`https://${added}/ answers ${answer.status}, ${url} stands`);
    });
    figures.set("addDomain", seconds(time));
  } finally {
    done.abort();
    figures.set("addDomainLoad", describeLoad(await meanwhile));
  }
}

/** A page, a search, and a form that is sent as a browser does it. */
async function visitorsRequests({ url, addresses, ca }: Rehearsed): Promise<LoadRequest[]> {
  const home = await get({ url, address: addresses.web, ca });
  const cookies = [home.headers["set-cookie"] ?? []].flat().map((line) => line.split(";")[0]!);
  const token = cookies.find((cookie) => cookie.startsWith("csrftoken="))?.slice("csrftoken=".length);
  if (token === undefined) throw new Error(`${url} sets no cookie against forged requests`);
  const headers = {
    cookie: cookies.join("; "),
    referer: url,
    "x-csrftoken": token,
    "content-type": "application/x-www-form-urlencoded",
  };
  return [
    { url },
    { url: new URL("/search/?q=lantern", url).href },
    { url: new URL("/i18n/setlang/", url).href, method: "POST", headers, body: "language=en&next=/" },
  ];
}
