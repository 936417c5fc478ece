/**
 * Object Storage as the API needs it: buckets and access keys on a real S3 server (`nspawn/objects.ts`) or in this process
 * (`memory.ts`). Nothing is started or built before the first call. Every call is idempotent.
 */
export interface ObjectStore {
  /** Host, without scheme, at which S3 is spoken over HTTPS, by hosts and by this machine. */
  readonly endpoint: string;
  /** Makes the bucket; one that exists gets the access. */
  putBucket(name: string, access: BucketAccess): Promise<void>;
  /** One that is not there is fine. @throws BucketNotEmpty */
  removeBucket(name: string): Promise<void>;
  /** Former versions count, too. */
  usage(name: string): Promise<{ objects: number; size: number }>;
  /** Replaces all keys of the account, at once. @param owner the account's canonical id */
  setKeys(owner: string, keys: AccessKey[]): Promise<void>;
  /** Does what buckets' life-cycle rules ask for at a time; else it is done every hour. */
  expire(now: Date): Promise<void>;
}

export interface BucketAccess {
  acl: CannedAcl;
  /** Whether scripts of any web page may ask. */
  cors: boolean;
}

export type CannedAcl = "private" | "public-read" | "authenticated-read" | "public-read-write";

export interface AccessKey {
  access: string;
  secret: string;
  /** Whether it may use the listed buckets only. */
  limited: boolean;
  buckets: { name: string; permissions: "read_only" | "read_write" }[];
}

/** The bucket holds objects, or former versions of some. */
export class BucketNotEmpty extends Error {
  constructor(name: string) {
    super(`Bucket ${name} is not empty.`);
    this.name = "BucketNotEmpty";
  }
}
