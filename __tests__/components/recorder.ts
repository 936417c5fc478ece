import * as pulumi from "@pulumi/pulumi";

/** One resource that a program registered, with its inputs as the engine gets them. */
export interface Registered {
  type: string;
  name: string;
  /** A secret value stands as `{ secret: value }`. */
  inputs: Record<string, unknown>;
  /** Whether Pulumi would refuse to delete it. */
  protect: boolean;
  /** Inputs whose change Pulumi would not look at. */
  ignoreChanges: string[];
}

/** What the setup of a database server prints. */
export const credentials = ["CERTIFICATE", "CERTIFICATE", "PRIVATE KEY"]
  .map((kind, index) => `-----BEGIN ${kind}-----\n${index}\n-----END ${kind}-----\n`)
  .join("");

/** What a provider answers for a resource, beside its inputs. */
const outputsOf: Record<string, (name: string) => Record<string, unknown>> = {
  "linode:index/firewall:Firewall": () => ({}),
  "linode:index/instance:Instance": () => ({ ipAddress: "198.51.100.7", status: "running" }),
  "linode:index/vpc:Vpc": () => ({}),
  "linode:index/vpcSubnet:VpcSubnet": () => ({}),
  "linode:index/domainRecord:DomainRecord": () => ({}),
  "linode:index/objectStorageBucket:ObjectStorageBucket": () => ({ s3Endpoint: "it-mil-1.linodeobjects.com" }),
  "linode:index/objectStorageKey:ObjectStorageKey": (name) => ({
    accessKey: `ACCESS${name}`,
    secretKey: `secret-of-${name}`,
  }),
  "command:local:Command": () => ({ stdout: "", stderr: "" }),
  "command:remote:Command": (name) => ({
    // As the engine marks it: see hostStep's additionalSecretOutputs.
    stdout: pulumi.secret(stdoutOf(name)),
    stderr: "",
  }),
  "command:remote:CopyToRemote": () => ({}),
  "random:index/randomPassword:RandomPassword": (name) => ({ result: pulumi.secret(`password-of-${name}`) }),
  "pulumi:providers:postgresql": () => ({}),
  "postgresql:index/role:Role": () => ({}),
  "postgresql:index/database:Database": () => ({}),
  "postgresql:index/grant:Grant": () => ({}),
  "postgresql:index/extension:Extension": () => ({}),
};

/** What a command prints: a host its key, a release what it is, the setup of a database its credentials. */
function stdoutOf(name: string): string {
  if (name.endsWith("-contact")) return "ssh-ed25519 AAAAhost root@host";
  if (name.endsWith("-release")) return `${JSON.stringify({ release: "0123456789ab", overrides: [] })}\n`;
  return credentials;
}

/**
 * Runs a piece of program against mocks and returns what it registered. Types that it should not know throw.
 * @param calls what providers' functions answer, by token @default none may be called
 */
export async function record(
  program: () => unknown,
  calls: Record<string, (inputs: unknown) => object> = {},
): Promise<Registered[]> {
  const registered: Registered[] = [];
  const options = new Map<string, pulumi.CustomResourceOptions>();
  let id = 100;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
      const { protect = false, ignoreChanges = [] } = options.get(`${type} ${name}`) ?? {};
      registered.push({ type, name, inputs: named(inputs) as Record<string, unknown>, protect, ignoreChanges });
      if (type.startsWith("trinode:") || type === "pulumi:pulumi:Stack") return { id: undefined, state: {} };
      const outputs = outputsOf[type];
      if (!outputs) throw new Error(`a program of ours does not make a ${type}`);
      return { id: String(id++), state: { ...(inputs as object), ...outputs(name) } };
    },
    call: ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
      const answer = calls[token];
      if (!answer) throw new Error(`a program of ours does not call ${token}`);
      return answer(inputs);
    },
  });
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts, props }) => {
      options.set(`${type} ${name}`, opts);
      return { props, opts };
    });
    return program();
  });
  // Registrations go on until every output is known.
  await pulumi.runtime.disconnect();
  return registered;
}

/** The one resource of a type, or with a name. @throws Error when there is none or there are several */
export function only(registered: Registered[], what: Partial<Pick<Registered, "type" | "name">>): Registered {
  const found = registered.filter((r) => (what.type ?? r.type) === r.type && (what.name ?? r.name) === r.name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources are ${JSON.stringify(what)}`);
  return found[0];
}

/** What marks an object of the engine's protocol, and marks it as a secret. */
const [mark, secret] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"];

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== "object" || value === null) return value;
  const entries = value as Record<string, unknown>;
  if (entries[mark] === secret) return { secret: named(entries.value) };
  return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, named(item)]));
}
