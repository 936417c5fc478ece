import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumi } from "../../../cli/pulumi";
import { firewallOf, look, on, type Standing, unwell } from "./standing";

/** What `./site drift` finds on a production that stands, and that it is right again after. */
export function driftCases(production: () => Standing): void {
  const drift = async () => {
    const { site, local } = production();
    const found = await look(site, ["drift", "--output", join(local.directory, "drift")]);
    return { code: found.code, unwell: unwell(found), texts: found.findings.map((one) => `${one.name}: ${one.text}`) };
  };
  const issue = () => readFileSync(join(production().local.directory, "drift/issue.md"), "utf8");

  it("finds nothing where nothing was changed, and leaves the state as it is", async () => {
    const { stack } = production();
    const before = await pulumi(stack, ["stack", "export"]);
    const { code, unwell: wrong, texts } = await drift();
    expect([code, wrong]).toEqual([0, []]);
    expect(texts.filter((text) => /^files: \d+, as they were put there$/.test(text))).toHaveLength(3);
    expect(await pulumi(stack, ["stack", "export"])).toBe(before);
  }, 300_000);

  it("finds a file that was changed on a server, line by line, rights and strangers; the step puts it back", async () => {
    const { stack } = production();
    await on(
      production(),
      "web",
      "echo '# by hand' >>/etc/nginx/trinode/site.conf; chmod 644 /etc/trinode/provided.key; touch /etc/nginx/conf.d/x.conf",
    );
    const found = await drift();
    expect(found.code).toBe(1);
    expect(found.unwell).toEqual([
      "/etc/nginx/conf.d/x.conf: was put there by nobody",
      "/etc/nginx/trinode/site.conf: has another content",
      "/etc/trinode/provided.key: has the rights 644 root:root, not 600 root:root",
    ]);
    expect(issue()).toContain("+# by hand");
    await on(production(), "web", "rm /etc/nginx/conf.d/x.conf");
    const steps = ["web-setup", "web-certificate"].flatMap((name) => ["--replace", `**::${name}`]);
    await pulumi(stack, ["up", "--yes", "--skip-preview", ...steps]);
    expect(await drift()).toMatchObject({ code: 0, unwell: [] });
  }, 300_000);

  it("finds a firewall's rule that was added at Linode", async () => {
    const { add } = await firewallOf(production(), "database");
    await add("by-hand", "5432", "0.0.0.0/0");
    const found = await drift();
    expect(found.code).toBe(1);
    expect(found.unwell).toEqual([
      expect.stringMatching(/^database-firewall: changed\. .*no longer lets in `TCP 5432 from 0\.0\.0\.0\/0`$/),
    ]);
    await pulumi(production().stack, ["up", "--yes", "--skip-preview", "--refresh"]);
    expect(await drift()).toMatchObject({ code: 0, unwell: [] });
  }, 300_000);

  it("finds variables that were changed on a server, with the dossier's scripts", async () => {
    await on(production(), "app", "printf hello | trinode change-variable GREETING");
    expect(await drift()).toMatchObject({
      code: 1,
      unwell: ["/etc/trinode/overrides.env: variables were changed on the server"],
    });
    await on(production(), "app", "trinode override-clear GREETING");
    expect(await drift()).toMatchObject({ code: 0, unwell: [] });
  }, 300_000);
}
