/**
 * Linode's Object Storage clusters (recorded 2026-07-01). Hosts find BUCKET.CLUSTER.linodeobjects.com as at Linode; all of them
 * are one server here.
 */
export const CLUSTERS = [
  ...["ap-south-1", "au-mel-1", "br-gru-1", "de-fra-1", "es-mad-1", "eu-central-1", "fr-par-1", "gb-lon-1", "id-cgk-1"],
  ...["in-maa-1", "it-mil-1", "jp-osa-1", "jp-tyo-1", "nl-ams-1", "se-sto-1", "sg-sin-1", "us-east-1", "us-iad-1"],
  ...["us-lax-1", "us-lax-4", "us-mia-1", "us-ord-1", "us-ord-10", "us-sea-1", "us-southeast-1"],
];

/** Above the clusters' names. */
export const OBJECTS_DOMAIN = "linodeobjects.com";
