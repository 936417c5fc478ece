import { type Static, Type } from "@sinclair/typebox";
import { Maybe, OneOf, Tags, Text } from "./common";

// Limits: https://techdocs.akamai.com/linode-api/reference/post-domain, post-domain-record

const seconds = Maybe(Type.Integer({ minimum: 0 }));
const DomainFields = {
  status: Maybe(OneOf("active", "disabled", "edit_mode")),
  description: Maybe(Text(0, 253)),
  group: Maybe(Text(0, 50)),
  tags: Tags,
  soa_email: Maybe(Type.String()),
  ttl_sec: seconds,
  retry_sec: seconds,
  refresh_sec: seconds,
  expire_sec: seconds,
  master_ips: Maybe(Type.Array(Type.String())),
  axfr_ips: Maybe(Type.Array(Type.String())),
};
export const CreateDomain = Type.Object({ ...DomainFields, domain: Text(1, 253), type: OneOf("master", "slave") });
export type CreateDomain = Static<typeof CreateDomain>;
export const UpdateDomain = Type.Object({
  ...DomainFields,
  domain: Maybe(Text(1, 253)),
  type: Maybe(OneOf("master", "slave")),
});
export type UpdateDomain = Static<typeof UpdateDomain>;

const RecordFields = {
  name: Maybe(Text(0, 100)),
  target: Maybe(Type.String()),
  priority: Maybe(Type.Integer({ minimum: 0, maximum: 255 })),
  weight: Maybe(Type.Integer({ minimum: 0, maximum: 65535 })),
  port: Maybe(Type.Integer({ minimum: 0, maximum: 65535 })),
  service: Maybe(Type.String()),
  protocol: Maybe(Type.String()),
  ttl_sec: seconds,
  tag: Maybe(OneOf("issue", "issuewild", "iodef")),
};
const recordType = OneOf("A", "AAAA", "NS", "MX", "CNAME", "TXT", "SRV", "CAA", "PTR");
export const CreateRecord = Type.Object({ ...RecordFields, type: recordType });
export type CreateRecord = Static<typeof CreateRecord>;
export const UpdateRecord = Type.Object({ ...RecordFields, type: Maybe(recordType) });
export type UpdateRecord = Static<typeof UpdateRecord>;
