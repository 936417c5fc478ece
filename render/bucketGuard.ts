/** What a bucket of backups has to be, as S3 takes it. */
export interface BucketGuard {
  bucket: string;
  /** Days after which what was deleted or overwritten is really gone. */
  deletedDays: number;
  /** From where the bucket's settings may be changed. */
  operatorCidrs: string[];
}

/** Settings without which versions would not be kept. */
const SETTINGS = [
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:DeleteBucket",
];

/**
 * Nobody deletes a version: only time does, by the life-cycle rule. Settings are changed from operators' addresses only. It names no
 * keys, because Linode's policies cannot: all keys of an account are one user to them.
 * https://techdocs.akamai.com/cloud-computing/docs/find-the-canonical-user-id-for-an-account
 */
export function bucketPolicy({ bucket, operatorCidrs }: BucketGuard): object {
  const [all, objects] = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "KeepVersions", Effect: "Deny", Principal: "*", Action: ["s3:DeleteObjectVersion"], Resource: [objects] },
      {
        Sid: "SettingsFromOperators",
        Effect: "Deny",
        Principal: "*",
        Action: SETTINGS,
        Resource: [all],
        Condition: { NotIpAddress: { "aws:SourceIp": [...operatorCidrs].sort() } },
      },
    ],
  };
}

/** Former versions go after a while, and then the marks of deleted objects, and uploads that were never finished. */
export function lifecycleRules({ deletedDays }: BucketGuard) {
  return [
    {
      ID: "trinode-deleted",
      Status: "Enabled" as const,
      Filter: { Prefix: "" },
      NoncurrentVersionExpiration: { NoncurrentDays: deletedDays },
      Expiration: { ExpiredObjectDeleteMarker: true },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
  ];
}
