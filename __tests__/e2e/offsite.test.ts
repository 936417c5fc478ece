import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { stringify } from "yaml";
import { type BareHost, BareHosts, onHost } from "../../bench/hosts";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, localEnvironment, type LocalSettings, localUp } from "../../cli/localLinode";
import type { Stack } from "../../cli/pulumi";
import { pruneRepository } from "../../cli/offsite/prune";
import { findRestic, Repository } from "../../cli/offsite/restic";
import { CommandFailed, run } from "../../cli/run";
import { addressesOf } from "../../local/hosts/nspawn/addressing";
import { keptOf, passTime, type Plan, snapshotsIn, snapshotsOf } from "./support/passedTime";
import { BucketClient, refusal } from "./support/objects";

const local: LocalSettings = { directory: ".test/offsite", port: 8430, slot: 30 };
const there = (name: string) => resolve(local.directory, name);
const { operator, objects } = addressesOf(local.slot);
const BUCKET = "gamelenders-copies";
/** The S3 server may have to be built, and a host's image. */
const BUILD_MS = 900_000;
jest.setTimeout(180_000);

interface Access {
  bucket: string;
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

let stack: Stack;
let api: LinodeApi;
let server: BareHost;
let adding: Access;
let pruning: Access;
let emptied: Date;

beforeAll(async () => {
  await remove(); // what an interrupted run left
  mkdirSync(local.directory, { recursive: true });
  symlinkSync(resolve(".local/pulumi"), there("pulumi"));
  await localUp(local);
  const program = there("program");
  cpSync(resolve(__dirname, "offsite"), program, { recursive: true });
  symlinkSync(resolve("cli"), resolve(program, "cli"));
  stack = { name: "offsite", env: await localEnvironment(local) };
  api = new LinodeApi(stack.env);
  await pulumi(["stack", "init", "--no-select"]);
  configure();
}, BUILD_MS);
afterAll(remove, 120_000);

async function remove(): Promise<void> {
  if (existsSync(local.directory)) await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
}

const pulumi = (args: string[]) =>
  run("pulumi", [...args, "--non-interactive", "--stack", stack.name], {
    cwd: there("program"),
    env: { ...stack.env, PULUMI_STACK: undefined },
  });

function configure(deletedDays = 30): void {
  const file = resolve(there("program"), `Pulumi.${stack.name}.yaml`);
  const salt = existsSync(file) ? /^encryptionsalt:.*$/m.exec(readFileSync(file, "utf8"))?.[0] : undefined;
  const config = { "offsite:cidrs": [`${operator}/32`], "offsite:deletedDays": deletedDays };
  writeFileSync(file, `${stringify({ config })}${salt ?? ""}\n`);
}

async function up(): Promise<string> {
  const said = await pulumi(["up", "--yes", "--skip-preview"]);
  const outputs = JSON.parse(await pulumi(["stack", "output", "--json", "--show-secrets"])) as Record<string, Access>;
  ({ access: adding, pruning } = outputs as { access: Access; pruning: Access });
  return said;
}

const KEY = "a-key-that-only-tests-have".padEnd(40, ".");

/** A repository in the bucket. */
async function copiesAs(access: Access, folder: string): Promise<Repository> {
  process.env.SSL_CERT_FILE = there("authorities.pem");
  return new Repository(await findRestic(console.log), { ...access, prefix: `trinode/${folder}` }, "database", KEY);
}

/** A short while with short periods; `npm run soak` takes a year and the dossier's periods. */
const PASSED: Plan = process.env.TRINODE_YEAR
  ? {
      keep: { all: "7d", daily: "3m", weekly: "1y" },
      from: new Date("2024-01-15T02:15:00Z"),
      days: 560,
      every: 7,
      failing: 9,
    }
  : {
      keep: { all: "3d", daily: "1w", weekly: "2w" },
      from: new Date("2026-02-20T02:15:00Z"),
      days: 30,
      every: 5,
      failing: 7,
    };

/** Twelve days later than the first copy. */
const PRUNED_AT = new Date(PASSED.from.getTime() + 12 * 86_400_000);

const killMoments = (): number[] =>
  Array.from({ length: Number(process.env.TRINODE_KILLS ?? 3) }, () => 300 + Math.floor(Math.random() * 3000));

/** Somebody prunes, and is killed with all that was started. */
async function killedPruning(folder: string, milliseconds: number): Promise<void> {
  const input = JSON.stringify({
    access: { ...pruning, prefix: `trinode/${folder}` },
    key: KEY,
    keep: PASSED.keep,
    now: PRUNED_AT,
  });
  const child = spawn(process.execPath, ["--import", "tsx", "__tests__/e2e/support/prune.main.ts"], {
    detached: true,
    env: { ...stack.env, SSL_CERT_FILE: there("authorities.pem") },
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(child, "close");
  child.stdin.end(input);
  await Promise.race([ended, new Promise((done) => setTimeout(done, milliseconds))]);
  if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
  await ended;
}

/** From the operator's computer. */
const client = ({ accessKey, secretKey }: Access) =>
  new BucketClient(objects, there("ca.pem"), { access_key: accessKey, secret_key: secretKey }, BUCKET);

/** A request of the server's, with its key; the answer's status. */
async function fromServer(method: string, path: string, body = ""): Promise<string> {
  const options = [
    `--aws-sigv4 aws:amz:us-east-1:s3 --user '${adding.accessKey}:${adding.secretKey}'`,
    `-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -X ${method}`,
    ...(body ? [`--data-binary '${body}'`] : []),
  ];
  const url = `'${adding.endpoint}/${BUCKET}${path}'`;
  return onHost(server, `curl -s -m 20 -o /dev/null -w '%{http_code}' ${options.join(" ")} ${url}`);
}

const files = ["trinode/prod/database/1.dump", "trinode/prod/database/2.dump", "trinode/prod/media/a b.png", "other/x"];

describe("a bucket for copies off the servers", () => {
  it(
    "is made, guarded, and tried",
    async () => {
      expect(await up()).toMatch(
        /keeps for 30 days what is deleted \(tried\); set versioning, life-cycle rules, policy/,
      );
      expect(adding).toMatchObject({ bucket: BUCKET, endpoint: `https://${objects}` });
      expect(pruning.accessKey).not.toBe(adding.accessKey);
      // The key that set the policy is gone.
      const keys = await api.find<{ label: string }>("/object-storage/keys", {});
      expect(keys.map(({ label }) => label).sort()).toEqual([
        "gamelenders-test-copies-pruning",
        "gamelenders-test-copies-servers",
        "gamelenders-test-copies-watching",
      ]);
    },
    BUILD_MS,
  );

  it("has nothing to change afterwards, and no secret in its state", async () => {
    const { changeSummary } = JSON.parse(await pulumi(["preview", "--json"])) as { changeSummary: object };
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    const state = await pulumi(["stack", "export"]);
    for (const secret of [adding.secretKey, pruning.secretKey]) expect(state).not.toContain(secret);
  });

  it(
    "lets the server add, read, and delete",
    async () => {
      const hosts = new BareHosts(stack.env, local.directory, readFileSync(there("ssh/id_ed25519.pub"), "utf8").trim());
      [server] = (await hosts.create(["database"])) as [BareHost];
      for (const file of files) expect(await fromServer("PUT", `/${encodeURI(file)}`, `first ${file}`)).toBe("200");
      for (const file of files) expect(await fromServer("PUT", `/${encodeURI(file)}`, `second ${file}`)).toBe("200");
      emptied = await serverTime();
      for (const file of files) expect(await fromServer("DELETE", `/${encodeURI(file)}`)).toBe("204");
      for (const file of files) expect(await fromServer("GET", `/${encodeURI(file)}`)).toBe("404");
    },
    BUILD_MS,
  );

  it("refuses the server what would make that final", async () => {
    const [version] = (await client(adding).versions()).filter(({ key, marker }) => key === files[0] && !marker);
    const off = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    const soon =
      "<LifecycleConfiguration><Rule><ID>x</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>" +
      "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>";
    const anybody = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: ["s3:*"], Resource: [`arn:aws:s3:::${BUCKET}/*`] }],
    });
    const answers = {
      version: await fromServer("DELETE", `/${encodeURI(files[0]!)}?versionId=${version?.id}`),
      versioning: await fromServer("PUT", "?versioning=", off),
      lifecycle: await fromServer("PUT", "?lifecycle=", soon),
      "no lifecycle": await fromServer("DELETE", "?lifecycle="),
      policy: await fromServer("PUT", "?policy=", anybody),
      "no policy": await fromServer("DELETE", "?policy="),
      bucket: await fromServer("DELETE", ""),
    };
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((what) => [what, "403"])));
  });

  it("refuses deleting a version to everybody", async () => {
    const [version] = (await client(adding).versions()).filter(({ key, marker }) => key === files[0] && !marker);
    for (const who of [adding, pruning])
      expect(await refusal(client(who).remove(files[0]!, version!.id))).toBe("AccessDenied");
  });

  it("gives all of it back, as it was before", async () => {
    const recover = () =>
      run("npx", ["tsx", "cli/offsite/recover.main.ts", emptied.toISOString()], {
        input: JSON.stringify({ ...pruning, prefix: "trinode/prod" }),
        env: stack.env,
      });
    expect((await recover()).split("\n").slice(0, 3)).toEqual(files.slice(0, 3));
    expect(await recover()).toContain("0 brought back");
    for (const file of files.slice(0, 3)) expect(await client(adding).get(file)).toBe(`second ${file}`);
    expect(await refusal(client(adding).get(files[3]!))).toBe("NoSuchKey");
  });

  it(
    "is pruned with the key for that: what is left is what the dossier says, and all of it can be read",
    async () => {
      const repository = await copiesAs(pruning, "pruned");
      const copies = await passTime(repository, PASSED);
      expect(await snapshotsIn(repository)).toEqual(snapshotsOf(copies));
      await repository.run(["check", "--read-data"]);
    },
    BUILD_MS * (process.env.TRINODE_YEAR ? 8 : 1),
  );

  it(
    "is as it was, or pruned, when whoever prunes is killed; the next one finishes it",
    async () => {
      const repository = await copiesAs(pruning, "killed");
      const copies = await passTime(repository, { ...PASSED, days: 12, every: 100, failing: 100 });
      for (const milliseconds of killMoments()) {
        await killedPruning("killed", milliseconds);
        const left = await snapshotsIn(repository);
        expect(left).toEqual(expect.arrayContaining(snapshotsOf(keptOf(copies, PRUNED_AT, PASSED.keep))));
      }
      await pruneRepository(repository, PASSED.keep, PRUNED_AT);
      expect(await snapshotsIn(repository)).toEqual(snapshotsOf(keptOf(copies, PRUNED_AT, PASSED.keep)));
      await repository.run(["check", "--read-data"]);
    },
    BUILD_MS,
  );

  it("keeps deleted things for another time when told so", async () => {
    configure(90);
    expect(await up()).toContain("keeps for 90 days what is deleted (tried); set life-cycle rules.");
  });

  it("stays when the stack is destroyed, with all it holds, and is found again by the next one", async () => {
    const before = adding;
    await pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(await api.find("/object-storage/buckets", {})).toMatchObject([{ label: BUCKET }]);
    expect(await api.find("/object-storage/keys", {})).toEqual([]);
    expect(await refusal(client(before).get(files[0]!))).toBe("InvalidAccessKeyId");
    expect(await up()).toContain("keeps for 90 days what is deleted (tried); nothing to change.");
    expect(await client(adding).get(files[0]!)).toBe(`second ${files[0]}`);
    expect(await api.find("/object-storage/buckets", {})).toHaveLength(1);
  });

  it("says from where its settings can be changed when they cannot", async () => {
    const request = {
      ...{
        bucket: BUCKET,
        region: "it-mil",
        endpoint: adding.endpoint,
        deletedDays: 31,
        operatorCidrs: ["203.0.113.7/32"],
      },
      serverKey: adding,
    };
    const guard = () =>
      run("node", ["--import", "tsx", "cli/offsite/guard.ts"], { input: JSON.stringify(request), env: stack.env });
    // The address that this machine has is not among them any more.
    expect(await guard()).toContain("set life-cycle rules, policy");
    request.deletedDays = 32;
    const failure = await guard().catch((error: unknown) => error);
    expect((failure as CommandFailed).output).toContain(
      "its policy does not let this address change its life-cycle rules",
    );
    expect((failure as CommandFailed).output).not.toContain(adding.secretKey);
  });
});

/** The S3 server counts in whole seconds: one that has passed. */
async function serverTime(): Promise<Date> {
  await new Promise((done) => setTimeout(done, 1100));
  const now = new Date();
  await new Promise((done) => setTimeout(done, 1100));
  return now;
}
