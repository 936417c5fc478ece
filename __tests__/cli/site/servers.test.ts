import { findServers, serverOf, serversWith } from "../../../cli/site/servers";
import { servingRelease } from "../../../cli/site/serving";
import { quoted } from "../../../cli/site/connection";
import type { StateResource } from "../../../cli/site/stack";

const secret = (plaintext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(plaintext),
});

function machine(name: string, id: string, hostKey: unknown): StateResource[] {
  const urn = (type: string, part: string) => `urn:pulumi:prod::trinode::${type}::${name}-${part}`;
  const instance = "linode:index/instance:Instance";
  return [
    {
      urn: urn(instance, "instance"),
      type: instance,
      outputs: { id, label: `gl-prod-${name}`, ipAddress: `192.0.2.${id}` },
    },
    { urn: urn("command:remote:Command", "contact"), type: "command:remote:Command", outputs: { stdout: hostKey } },
  ];
}

describe("the servers of a state", () => {
  it("are found with the host keys that were recorded, secret or not", () => {
    const found = findServers([
      ...machine("database", "1", "ssh-ed25519 AAAA root@db\n"),
      ...machine("web", "2", secret("ssh-ed25519 BBBB root@web\n")),
      ...machine("app", "3", undefined),
    ]);
    expect(found.map(({ name, id, hostKey }) => [name, id, hostKey])).toEqual([
      ["web", 2, "ssh-ed25519 BBBB"],
      ["app", 3, ""],
      ["database", 1, "ssh-ed25519 AAAA"],
    ]);
  });

  it("are the first and the others where a role has several", () => {
    const found = findServers([...machine("app-2", "4", ""), ...machine("web", "2", ""), ...machine("app", "3", "")]);
    expect(found.map(({ name, roles }) => [name, ...roles])).toEqual([
      ["web", "web"],
      ["app", "app"],
      ["app-2", "app"],
    ]);
    expect(serverOf(found, "app").name).toBe("app");
    expect(serversWith(found, "app").map(({ id }) => id)).toEqual([3, 4]);
  });

  it("have every role when there is one only", () => {
    const servers = findServers(machine("server", "1", ""));
    expect(servers.map(({ roles }) => roles)).toEqual([["web", "app", "database"]]);
    expect(serverOf(servers, "app").label).toBe("gl-prod-server");
  });

  it("are missed with a sentence", () => {
    expect(() => serverOf(findServers(machine("web", "1", "")), "app")).toThrow(/no server for app yet.*pulumi up/);
  });

  it("say which release serves", () => {
    const live = (stdout: unknown): StateResource => ({
      urn: "urn:pulumi:prod::t::c::app-release",
      type: "c",
      outputs: { stdout },
    });
    expect(servingRelease([live(secret('{"release": "34c7329c8be7", "overrides": []}\n'))])).toBe("34c7329c8be7");
    expect(() => servingRelease([])).toThrow(/no release/);
  });
});

describe("words for a server's shell", () => {
  it.each([
    ["manage.py", "manage.py"],
    ["--settings=a.b", "--settings=a.b"],
    ["", "''"],
    ["it's $HOME", `'it'\\''s $HOME'`],
    ["a\nb", "'a\nb'"],
    ["*", "'*'"],
  ])("come through as they are: %j", (word, text) => {
    expect(quoted(word)).toBe(text);
  });
});
