import { type Static, Type } from "@sinclair/typebox";
import { Maybe, OneOf, Text } from "./common";

const text = Maybe(Text(0, 128));

export const UpdateAccount = Type.Object({
  address_1: text,
  address_2: text,
  city: text,
  company: text,
  country: Maybe(Text(2, 2)),
  email: Maybe(Text(3, 128)),
  first_name: text,
  last_name: text,
  phone: text,
  state: text,
  tax_id: text,
  zip: text,
});

export const UpdateAccountSettings = Type.Object({
  backups_enabled: Maybe(Type.Boolean()),
  network_helper: Maybe(Type.Boolean()),
  longview_subscription: Maybe(Type.String()),
  interfaces_for_new_linodes: Maybe(
    OneOf(
      "legacy_config_only",
      "legacy_config_default_but_linode_allowed",
      "linode_default_but_legacy_config_allowed",
      "linode_only",
    ),
  ),
  maintenance_policy: Maybe(OneOf("linode/migrate", "linode/power_off_on")),
});

export const UpdateProfile = Type.Object({
  email: Maybe(Text(3, 128)),
  timezone: Maybe(Type.String()),
  email_notifications: Maybe(Type.Boolean()),
  lish_auth_method: Maybe(OneOf("password_keys", "keys_only", "disabled")),
  authorized_keys: Maybe(Type.Array(Type.String())),
});

export const CreateSshKey = Type.Object({ label: Text(1, 64), ssh_key: Type.String() });
export type CreateSshKey = Static<typeof CreateSshKey>;
export const UpdateSshKey = Type.Object({ label: Maybe(Text(1, 64)) });

export const CreateTag = Type.Object({
  label: Type.String({ minLength: 3, maxLength: 50, reason: "Length must be 3-50 characters" }),
  linodes: Maybe(Type.Array(Type.Integer())),
  domains: Maybe(Type.Array(Type.Integer())),
  volumes: Maybe(Type.Array(Type.Integer())),
  nodebalancers: Maybe(Type.Array(Type.Integer())),
});
export type CreateTag = Static<typeof CreateTag>;
