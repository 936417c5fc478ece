import { type Static, Type } from "@sinclair/typebox";
import { Maybe, Nullable, OneOf, Tags, Text } from "./common";

// Limits: https://techdocs.akamai.com/linode-api/reference/post-firewalls, post-vpc, post-vpc-subnet

const policy = OneOf("ACCEPT", "DROP");

export const RuleBody = Type.Object({
  action: policy,
  protocol: Type.String(),
  label: Maybe(Text(3, 32)),
  description: Maybe(Text(1, 100)),
  ports: Maybe(Type.String()),
  addresses: Maybe(Type.Object({ ipv4: Maybe(Type.Array(Type.String())), ipv6: Maybe(Type.Array(Type.String())) })),
});
export type RuleBody = Static<typeof RuleBody>;

/** `version` and `fingerprint` are taken from clients that send back what they got, and mean nothing. */
export const RulesBody = Type.Object(
  {
    inbound: Maybe(Type.Array(RuleBody)),
    inbound_policy: policy,
    outbound: Maybe(Type.Array(RuleBody)),
    outbound_policy: policy,
    version: Maybe(Type.Integer()),
    fingerprint: Maybe(Type.String()),
  },
  {
    title: "rules",
    additionalProperties: false,
    reason: "Keys must be one of: inbound, inbound_policy, outbound, outbound_policy",
  },
);
export type RulesBody = Static<typeof RulesBody>;

const FirewallLabel = Type.String({
  minLength: 3,
  maxLength: 32,
  reason: "Length must be 3-32 characters",
});

export const CreateFirewall = Type.Object({
  label: FirewallLabel,
  rules: RulesBody,
  tags: Tags,
  devices: Maybe(
    Type.Object({ linodes: Maybe(Type.Array(Type.Integer())), nodebalancers: Maybe(Type.Array(Type.Integer())) }),
  ),
});
export type CreateFirewall = Static<typeof CreateFirewall>;

export const UpdateFirewall = Type.Object({
  label: Maybe(FirewallLabel),
  tags: Tags,
  status: Maybe(OneOf("enabled", "disabled")),
});
export type UpdateFirewall = Static<typeof UpdateFirewall>;

export const CreateDevice = Type.Object({
  id: Type.Integer(),
  type: OneOf("linode", "nodebalancer", "linode_interface"),
});
export type CreateDevice = Static<typeof CreateDevice>;

export const CreateSubnet = Type.Object({
  label: Text(1, 64),
  ipv4: Type.String(),
  ipv6: Maybe(Type.Array(Type.Object({}))),
});
export type CreateSubnet = Static<typeof CreateSubnet>;
export const UpdateSubnet = Type.Object({ label: Maybe(Text(1, 64)) });

export const CreateVpc = Type.Object({
  label: Text(1, 64),
  region: Type.String(),
  description: Maybe(Text(0, 255)),
  subnets: Maybe(Type.Array(CreateSubnet)),
  ipv6: Maybe(Type.Array(Type.Object({}))),
  vpc_type: Maybe(Type.String()),
});
export type CreateVpc = Static<typeof CreateVpc>;
export const UpdateVpc = Type.Object({ label: Maybe(Text(1, 64)), description: Maybe(Text(0, 255)) });
export type UpdateVpc = Static<typeof UpdateVpc>;

export const UpdateAddress = Type.Object({
  rdns: Type.Optional(Nullable(Type.String())),
  reserved: Maybe(Type.Boolean()),
});
export type UpdateAddress = Static<typeof UpdateAddress>;
export const AllocateAddress = Type.Object({
  type: Type.String(),
  public: Type.Boolean(),
  linode_id: Maybe(Type.Integer()),
  reserved: Maybe(Type.Boolean()),
  region: Maybe(Type.String()),
});
export type AllocateAddress = Static<typeof AllocateAddress>;
export const AddAddress = Type.Object({ type: Type.String(), public: Type.Boolean(), address: Maybe(Type.String()) });
export type AddAddress = Static<typeof AddAddress>;
