import { run } from "./command";
import type { GuestFile } from "./guest";

const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/**
 * pip and uv in a host reach packages as they do on this machine: through its index and its proxies, and they trust the
 * host's authorities, where they bring their own otherwise.
 */
export async function pythonFiles(env: NodeJS.ProcessEnv): Promise<GuestFile[]> {
  const index = env.UV_DEFAULT_INDEX ?? env.UV_INDEX_URL ?? (await pipSetting("index-url", env));
  const proxies = ["http_proxy", "https_proxy", "no_proxy"]
    .flatMap((name) => [name, name.toUpperCase()])
    .filter((name) => env[name])
    .map((name) => `${name}=${env[name]}\n`);
  return [
    file("/etc/pip.conf", `[global]\ncert = ${BUNDLE}\n${index ? `index-url = ${index}\n` : ""}`),
    file("/etc/uv/uv.toml", `native-tls = true\n${index ? `index-url = ${JSON.stringify(index)}\n` : ""}`),
    file("/etc/environment", `SSL_CERT_FILE=${BUNDLE}\n${proxies.join("")}`),
  ];
}

/** As this machine's pip would have it, from the environment or its files. No pip, no setting. */
async function pipSetting(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const variable = env[`PIP_${name.toUpperCase().replaceAll("-", "_")}`];
  const asked = () => run("python3", ["-m", "pip", "config", "get", `global.${name}`]).catch(() => "");
  return variable || (await asked()).trim() || undefined;
}

const file = (path: string, content: string): GuestFile => ({ path, mode: 0o644, content });
