import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** Where an application server's Redis listens: nobody outside of the machine reaches it. */
export const redisAddress = { host: "127.0.0.1", port: 6379 } as const;

export interface RedisSettings {
  /** What it may hold. */
  memoryMb: number;
  password: string;
}

/** How much a Redis may hold on a plan, unless it is said: a sixteenth, 64 MB on a Nanode. */
export function redisMemory(plan: { memoryMb: number }, wanted: { memoryMb?: number | undefined }): number {
  const memoryMb = wanted.memoryMb ?? Math.max(16, Math.floor(plan.memoryMb / 16));
  if (memoryMb > plan.memoryMb / 4)
    throw new Error(
      `trinode:redis.memory: ${memoryMb} MB is more than a quarter of the application server's memory. Give at most ${Math.floor(plan.memoryMb / 4)} MB, or set a larger trinode:plans.app.`,
    );
  return memoryMb;
}

/** As clients write it. */
export function redisUrl(password: string): string {
  return `redis://:${password}@${redisAddress.host}:${redisAddress.port}/0`;
}

/** Files of an application server's Redis; an empty configuration says that there is to be none. */
export function redisFiles(settings: RedisSettings | undefined): HostFile[] {
  const wanted = "/etc/trinode/redis.conf";
  if (!settings) return [file(wanted, 0o600, "")];
  const { memoryMb, password } = settings;
  return [
    file(wanted, 0o600, fill("redis/redis.conf", { memoryMb, password })),
    file(
      "/etc/systemd/system/redis-server.service.d/trinode.conf",
      0o644,
      fill("redis/redis-server.service.conf", { memoryLimitMb: 2 * memoryMb + 48 }),
    ),
  ];
}
