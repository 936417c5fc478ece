import { LinodeApi } from "./linodeApi";

interface Event {
  id: number;
  action: string;
  status: string;
  message: string;
  entity: { label: string } | null;
}

/** How often events are looked at. */
const PERIOD_MS = 3_000;

/**
 * Does something, and tells of Linodes that fail to boot meanwhile: the provider waits a quarter of an hour for them without a word.
 * @param say gets a line for each
 */
export async function tellingFailedBoots<T>(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const known = new Set((await failedBoots(env)).map(({ id }) => id));
  const timer = setInterval(() => void look().catch(() => undefined), PERIOD_MS);
  const look = async () => {
    for (const { id, entity, message } of await failedBoots(env)) {
      if (known.has(id)) continue;
      known.add(id);
      say(`${entity?.label}: it did not boot. ${message}`);
    }
  };
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Of what Linode keeps of events, the newest ones. */
async function failedBoots(env: NodeJS.ProcessEnv): Promise<Event[]> {
  const { data } = await new LinodeApi(env).call<{ data: Event[] }>("GET", "/account/events?page_size=100");
  return data.filter(({ action, status }) => action === "linode_boot" && status === "failed");
}
