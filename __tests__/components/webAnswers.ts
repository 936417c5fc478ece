import * as pulumi from "@pulumi/pulumi";
import { record, type Registered } from "./recorder";

/** What `certificate-ensure` prints in these tests. */
export const certificate = { origin: "selfsigned", names: ["www.example.org"], notAfter: "2030-01-01T00:00:00Z" };

/** As `record`, for programs with a web server: they read an IPv6 address, a certificate's description and a DNS zone. */
export async function recordWeb(
  program: () => unknown,
  calls: Parameters<typeof record>[1] = {},
): Promise<Registered[]> {
  const { setMocks } = pulumi.runtime;
  const spy = jest.spyOn(pulumi.runtime, "setMocks").mockImplementation(async (mocks, ...rest) => {
    const newResource: typeof mocks.newResource = async (args) => {
      const made = await mocks.newResource(args);
      return { ...made, state: { ...(made.state as object), ...answer(args) } };
    };
    await setMocks({ newResource, call: (args) => zone(args) ?? mocks.call(args) }, ...rest);
  });
  try {
    return await record(program, calls);
  } finally {
    spy.mockRestore();
  }
}

function answer({ type, name }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (type === "linode:index/instance:Instance") return { ipv6: "2001:db8::7/128" };
  if (name.endsWith("-certificate")) return { stdout: pulumi.secret(`${JSON.stringify(certificate)}\n`) };
  return {};
}

function zone({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> | undefined {
  if (token !== "linode:index/getDomain:getDomain") return undefined;
  const { domain } = inputs as { domain: string };
  return { domain, id: 4711 };
}
