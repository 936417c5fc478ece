import { type Static, Type } from "@sinclair/typebox";
import { Maybe, OneOf, Text } from "./common";

// Limits: https://techdocs.akamai.com/linode-api/reference/post-object-storage-bucket, post-object-storage-keys

const Acl = OneOf("private", "public-read", "authenticated-read", "public-read-write");
const EndpointType = OneOf("E0", "E1", "E2", "E3");

export const CreateBucket = Type.Object({
  label: Type.String({
    pattern: "^[a-z0-9]+(?:-[a-z0-9]+)*(?:[.][a-z0-9]+(?:-[a-z0-9]+)*)*$",
    minLength: 3,
    maxLength: 63,
  }),
  region: Maybe(Type.String()),
  cluster: Maybe(Type.String()),
  acl: Maybe(Acl),
  cors_enabled: Maybe(Type.Boolean()),
  endpoint_type: Maybe(EndpointType),
  s3_endpoint: Maybe(Type.String()),
});
export type CreateBucket = Static<typeof CreateBucket>;

export const BucketAccessBody = Type.Object({ acl: Maybe(Acl), cors_enabled: Maybe(Type.Boolean()) });
export type BucketAccessBody = Static<typeof BucketAccessBody>;

export const CreateObjectKey = Type.Object({
  label: Maybe(Text(3, 50)),
  regions: Maybe(Type.Array(Type.String())),
  bucket_access: Maybe(
    Type.Array(
      Type.Object({
        bucket_name: Type.String(),
        permissions: OneOf("read_write", "read_only"),
        region: Maybe(Type.String()),
        cluster: Maybe(Type.String()),
      }),
    ),
  ),
});
export type CreateObjectKey = Static<typeof CreateObjectKey>;

export const UpdateObjectKey = Type.Object({
  label: Maybe(Text(3, 50)),
  regions: Maybe(Type.Array(Type.String())),
});
export type UpdateObjectKey = Static<typeof UpdateObjectKey>;
