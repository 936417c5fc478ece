import { bucketPolicy, lifecycleRules } from "../../render/bucketGuard";

const guard = { bucket: "copies", deletedDays: 90, operatorCidrs: ["203.0.113.7/32", "198.51.100.0/24"] };

describe("the guard of a bucket", () => {
  it("lets nobody delete a version, and only operators' addresses change settings", () => {
    expect(bucketPolicy(guard)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "KeepVersions",
          ...{
            Effect: "Deny",
            Principal: "*",
            Action: ["s3:DeleteObjectVersion"],
            Resource: ["arn:aws:s3:::copies/*"],
          },
        },
        {
          Sid: "SettingsFromOperators",
          Effect: "Deny",
          Principal: "*",
          Action: expect.arrayContaining([
            "s3:PutBucketVersioning",
            "s3:PutLifecycleConfiguration",
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
          ]) as string[],
          Resource: ["arn:aws:s3:::copies"],
          Condition: { NotIpAddress: { "aws:SourceIp": ["198.51.100.0/24", "203.0.113.7/32"] } },
        },
      ],
    });
  });

  it("is the same whatever the order of addresses", () => {
    const turned = { ...guard, operatorCidrs: [...guard.operatorCidrs].reverse() };
    expect(JSON.stringify(bucketPolicy(turned))).toBe(JSON.stringify(bucketPolicy(guard)));
  });

  it("lets time delete what was deleted, and what is left of it", () => {
    expect(lifecycleRules(guard)).toMatchObject([
      {
        Status: "Enabled",
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ]);
  });
});
