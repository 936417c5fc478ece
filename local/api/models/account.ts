import type { Cloud } from "../cloud";
import { given } from "./checks";

type Fields = Record<string, unknown>;

/** https://techdocs.akamai.com/linode-api/reference/get-account */
export const account = (cloud: Cloud): Fields => ({
  ...accountDefaults,
  ...cloud.store.get("setting", "account")?.value,
});
/** https://techdocs.akamai.com/linode-api/reference/get-account-settings */
export const accountSettings = (cloud: Cloud): Fields => ({
  ...settingsDefaults,
  object_storage: usesObjects(cloud) ? "active" : "disabled",
  ...cloud.store.get("setting", "accountSettings")?.value,
});
/** https://techdocs.akamai.com/linode-api/reference/get-profile */
export const profile = (cloud: Cloud): Fields => ({
  ...profileDefaults,
  username: cloud.username,
  ...cloud.store.get("setting", "profile")?.value,
});

const usesObjects = ({ store }: Cloud): boolean => store.list("bucket").length + store.list("objectKey").length > 0;

export const updateAccount = (cloud: Cloud, fields: Fields): Fields => (
  change(cloud, "account", fields),
  account(cloud)
);
export const updateAccountSettings = (cloud: Cloud, fields: Fields): Fields => (
  change(cloud, "accountSettings", fields),
  accountSettings(cloud)
);
export const updateProfile = (cloud: Cloud, fields: Fields): Fields => (
  change(cloud, "profile", fields),
  profile(cloud)
);

function change({ store }: Cloud, id: string, fields: Fields): void {
  store.write(() => store.put("setting", { id, value: { ...store.get("setting", id)?.value, ...given(fields) } }));
}

const accountDefaults = {
  company: "",
  email: "local@example.org",
  first_name: "Local",
  last_name: "Linode",
  address_1: "",
  address_2: "",
  city: "",
  state: "",
  zip: "",
  country: "FR",
  phone: "",
  balance: 0,
  tax_id: "",
  billing_source: "linode",
  credit_card: { last_four: null, expiry: null },
  balance_uninvoiced: 0,
  active_since: "2018-01-02T03:04:05",
  capabilities: ["Linodes", "Object Storage", "Cloud Firewall", "VPCs", "Metadata", "Disk Encryption"],
  active_promotions: [],
  euuid: "00000000-0000-0000-0000000000000000",
};

const settingsDefaults = {
  managed: false,
  network_helper: true,
  longview_subscription: null,
  backups_enabled: false,
  interfaces_for_new_linodes: "legacy_config_only",
  maintenance_policy: "linode/migrate",
};

const profileDefaults = {
  uid: 1000,
  username: "",
  email: "local@example.org",
  verified_phone_number: null,
  timezone: "GMT",
  email_notifications: true,
  referrals: { code: "", url: "", total: 0, completed: 0, pending: 0, credit: 0 },
  ip_whitelist_enabled: false,
  lish_auth_method: "password_keys",
  authorized_keys: null,
  two_factor_auth: false,
  restricted: false,
  authentication_type: "password",
  user_type: "default",
};
