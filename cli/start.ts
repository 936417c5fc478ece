import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installToolchain } from "../toolchain/install";
import { defaultLocal, localEnvironment, localUp } from "./localLinode";
import { ensureZone, writeStack, zoneOf } from "./localStack";
import { get } from "./outside";
import { outputs, pulumi, type Stack } from "./pulumi";
import { run } from "./run";

const original = "Pulumi.prod.yaml";
const configFile = "Pulumi.local.yaml";

/** `npm start`: everything is set up, production stands on the local Linode, the URL is printed. Again: an update. */
async function main(): Promise<void> {
  const begun = Date.now();
  const local = defaultLocal;
  console.log("trinode: your production, rehearsed on this machine. Stop it with: npm stop\n");

  step("Pulumi, the local Linode and the site's archive");
  await Promise.all([
    installToolchain({ directory: local.directory }),
    localUp(local),
    run("python3", ["examples/gamelenders/make-zip.py"]),
  ]);

  step(`the stack "local": ${original}, with local names and keys`);
  const stack: Stack = { name: "local", env: await localEnvironment(local) };
  const domains = await writeStack(stack, {
    local,
    original,
    configFile,
    operatorAddress: required(stack.env, "TRINODE_OPERATOR_ADDRESS"),
    acmeServer: required(stack.env, "TRINODE_ACME_SERVER"),
  });
  await ensureZone(stack.env, zoneOf(domains));

  step("pulumi up");
  await pulumi(stack, ["up", "--yes", "--skip-preview", "--suppress-outputs"], { show: true });

  step("a look from outside");
  const found = (await outputs(stack)) as { url: string; servers: { web: { publicIp: string } } };
  const address = found.servers.web.publicIp;
  const answer = await get({ url: found.url, address, ca: readFileSync(join(local.directory, "ca.pem"), "utf8") });
  if (answer.status !== 200) throw new Error(`${found.url} answers ${answer.status}`);
  summary(found.url, address, domains, Math.round((Date.now() - begun) / 1000));
}

function step(what: string): void {
  console.log(`\n--- ${what}`);
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`.local/env does not set ${name}. Run: npm run local -- up`);
  return value;
}

function summary(url: string, address: string, domains: string[], seconds: number): void {
  console.log(`
${url} stands, after ${seconds} s.

  open it      add this line to /etc/hosts, and let your browser trust .local/ca.pem:
               ${address} ${domains.join(" ")}
  or           curl --cacert .local/ca.pem --resolve ${domains[0]}:443:${address} ${url}/
  sign in      demo, with the password demo-gamelenders
  look inside  npm run local -- status
               source .local/env; pulumi stack; linode-cli linodes list
  change it    edit Pulumi.local.yaml or the site, then: npm start
  stop         npm stop`);
}

main().catch((error: unknown) => {
  console.error(`\nnpm start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
