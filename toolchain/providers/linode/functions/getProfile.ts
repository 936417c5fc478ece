/** `linode.getProfile`. Source: terraform-provider-linode 3.1.1, linode/profile. */
import { providerFunction } from "../../base";
import type { Linode } from "../config";
import { attempt } from "../framework";

interface ProfileShape {
  uid: number;
  username: string;
  email: string;
  timezone: string;
  email_notifications: boolean;
  ip_whitelist_enabled: boolean;
  two_factor_auth: boolean;
  restricted: boolean;
  lish_auth_method: string;
  referrals: { total: number; completed: number; pending: number; credit: number; code: string; url: string };
  authorized_keys: string[] | null;
  authentication_type: string;
}

export const getProfile = providerFunction<Linode>({
  token: "linode:index/getProfile:getProfile",
  async invoke(_args, { client: { client } }) {
    const profile = await attempt("Unable to get profile", () => client.get<ProfileShape>("framework", "/profile"));
    const { total, completed, pending, credit, code, url } = profile.referrals;
    return {
      id: identity(profile),
      username: profile.username,
      email: profile.email,
      timezone: profile.timezone,
      emailNotifications: profile.email_notifications,
      ipWhitelistEnabled: profile.ip_whitelist_enabled,
      twoFactorAuth: profile.two_factor_auth,
      restricted: profile.restricted,
      lishAuthMethod: profile.lish_auth_method,
      authorizedKeys: profile.authorized_keys ?? [],
      referrals: [{ total, completed, pending, credit, code, url }],
    };
  },
});

/** The official one takes the whole profile, as JSON, for its id. */
function identity(profile: ProfileShape): string {
  const { uid, username, email, timezone, email_notifications, ip_whitelist_enabled, two_factor_auth, restricted } =
    profile;
  const { lish_auth_method, referrals, authorized_keys, authentication_type } = profile;
  const { total, completed, pending, credit, code, url } = referrals;
  return JSON.stringify({
    uid,
    username,
    email,
    timezone,
    email_notifications,
    ip_whitelist_enabled,
    two_factor_auth,
    restricted,
    lish_auth_method,
    referrals: { total, completed, pending, credit, code, url },
    authorized_keys,
    authentication_type,
  });
}
