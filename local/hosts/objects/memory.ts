import type { AccessKey, BucketAccess, ObjectStore } from "./store";

/** Buckets and keys as entries in this process, without objects in them. */
export class MemoryObjects implements ObjectStore {
  readonly endpoint = "objects.linode.test";
  readonly buckets = new Map<string, BucketAccess>();
  /** What was last set. */
  keys: AccessKey[] = [];

  async putBucket(name: string, access: BucketAccess): Promise<void> {
    this.buckets.set(name, access);
  }

  async removeBucket(name: string): Promise<void> {
    this.buckets.delete(name);
  }

  async usage(): Promise<{ objects: number; size: number }> {
    return { objects: 0, size: 0 };
  }

  async setKeys(_owner: string, keys: AccessKey[]): Promise<void> {
    this.keys = keys;
  }

  async expire(): Promise<void> {}
}
