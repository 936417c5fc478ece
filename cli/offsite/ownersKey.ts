import { LinodeApi } from "../linodeApi";
import type { S3Key } from "./bucket";

interface ObjectKey {
  id: number;
  label: string;
  access_key: string;
  secret_key: string;
}

/** Longer than any work with such a key takes. */
const LONGEST_MS = 15 * 60_000;

/** Does something with a key that may do all in a region's buckets. It exists for that moment only, and stands in no state. */
export async function withOwnersKey<T>(
  env: NodeJS.ProcessEnv,
  region: string,
  work: (key: S3Key) => Promise<T>,
): Promise<T> {
  const api = new LinodeApi(env);
  await removeForgotten(api);
  const body = { label: `trinode-guard-${Date.now()}`, regions: [region] };
  const made = await api.call<ObjectKey>("POST", "/object-storage/keys", body);
  try {
    return await work({ accessKey: made.access_key, secretKey: made.secret_key });
  } finally {
    await api.call("DELETE", `/object-storage/keys/${made.id}`);
  }
}

/** Those of runs that were killed. Their labels say when they were made. */
async function removeForgotten(api: LinodeApi): Promise<void> {
  for (const { id, label } of await api.find<ObjectKey>("/object-storage/keys", {})) {
    const made = /^trinode-guard-(\d+)$/.exec(label)?.[1];
    if (made !== undefined && Date.now() - Number(made) > LONGEST_MS)
      await api.call("DELETE", `/object-storage/keys/${id}`);
  }
}
