import { type ObjectEndpoint, objectEndpoints } from "../catalog";
import type { Cloud } from "../cloud";
import { canonicalId, clusterOf } from "../models/objectStorage";
import type { Bucket, ObjectKey } from "../records";

/** S3 is spoken at one address here, whatever the region. */
export const endpoint = ({ driver }: Cloud, { region, endpoint_type }: ObjectEndpoint) => ({
  region,
  endpoint_type,
  s3_endpoint: driver.objects.endpoint,
});

export const cluster = (cloud: Cloud, one: ObjectEndpoint) => ({
  id: clusterOf(one),
  region: one.region,
  status: "available",
  domain: cloud.driver.objects.endpoint,
  static_site_domain: `website-${cloud.driver.objects.endpoint}`,
});

export async function bucket({ driver }: Cloud, row: Bucket) {
  const { objects, size } = await driver.objects.usage(row.id);
  return {
    hostname: `${row.id}.${driver.objects.endpoint}`,
    label: row.id,
    created: row.created,
    region: row.region,
    cluster: row.cluster,
    size,
    objects,
    endpoint_type: row.endpoint_type,
    s3_endpoint: driver.objects.endpoint,
  };
}

export function access(cloud: Cloud, { acl, cors_enabled }: Bucket) {
  return {
    acl,
    acl_xml: aclXml(canonicalId(cloud), acl),
    cors_enabled,
    cors_xml: cors_enabled ? CORS_XML : null,
  };
}

/** @param secret only in the answer that makes the key */
export function key(cloud: Cloud, row: ObjectKey, secret = false) {
  const regions = row.regions.length ? row.regions : objectEndpoints.map(({ region }) => region);
  return {
    id: row.id,
    label: row.label,
    access_key: row.access_key,
    secret_key: secret ? row.secret_key : "[REDACTED]",
    limited: row.buckets !== null,
    bucket_access: row.buckets,
    regions: objectEndpoints
      .filter(({ region }) => regions.includes(region))
      .map((one) => ({ id: one.region, s3_endpoint: cloud.driver.objects.endpoint, endpoint_type: one.endpoint_type })),
  };
}

const CORS_XML =
  '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><AllowedMethod>GET</AllowedMethod>' +
  "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>DELETE</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>" +
  "<AllowedMethod>POST</AllowedMethod><AllowedOrigin>*</AllowedOrigin><AllowedHeader>*</AllowedHeader></CORSRule>" +
  "</CORSConfiguration>";

function aclXml(owner: string, acl: Bucket["acl"]): string {
  const user = `<ID>${owner}</ID><DisplayName>${owner}</DisplayName>`;
  const instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const group = (name: string, permission: string) =>
    `<Grant><Grantee ${instance} xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/${name}</URI></Grantee>` +
    `<Permission>${permission}</Permission></Grant>`;
  const groups = {
    private: "",
    "public-read": group("AllUsers", "READ"),
    "public-read-write": group("AllUsers", "READ") + group("AllUsers", "WRITE"),
    "authenticated-read": group("AuthenticatedUsers", "READ"),
  }[acl];
  return (
    `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner>${user}</Owner><AccessControlList>${groups}` +
    `<Grant><Grantee ${instance} xsi:type="CanonicalUser">${user}</Grantee><Permission>FULL_CONTROL</Permission></Grant>` +
    "</AccessControlList></AccessControlPolicy>"
  );
}
