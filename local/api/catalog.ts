import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What Linode sells and publishes, from recorded answers of its API; the local Linode answers with these as they are. */
export interface Region {
  id: string;
  label: string;
  country: string;
  capabilities: string[];
  status: string;
  site_type: string;
  [more: string]: unknown;
}

export interface Plan {
  id: string;
  label: string;
  /** MB */
  memory: number;
  /** MB */
  disk: number;
  /** GB a month */
  transfer: number;
  vcpus: number;
  gpus: number;
  [more: string]: unknown;
}

export interface Image {
  id: string;
  label: string;
  /** MB a disk needs at least. */
  size: number;
  capabilities: string[];
  deprecated: boolean;
  [more: string]: unknown;
}

export interface Kernel {
  id: string;
  label: string;
  [more: string]: unknown;
}

/** A place where S3 is spoken. Where Linode has several in one region, the first is taken unless a type is asked for. */
export interface ObjectEndpoint {
  region: string;
  endpoint_type: string;
  /** Linode's own, e.g. `fr-par-1.linodeobjects.com`. */
  s3_endpoint: string;
}

const read = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(__dirname, "catalog", `${name}.json`), "utf8")) as T[];
const byId = <T extends { id: string }>(rows: T[]): Map<string, T> => new Map(rows.map((row) => [row.id, row]));

export const regions = byId(read<Region>("regions"));
export const types = byId(read<Plan>("types"));
export const images = byId(read<Image>("images"));
export const kernels = byId(read<Kernel>("kernels"));
export const objectEndpoints = read<ObjectEndpoint>("objectEndpoints");
export const objectTypes = read<object>("objectTypes");
/** Every operation that Linode documents (4.229.1), e.g. `GET /linode/instances/{linodeId}`. */
export const operations = read<string>("operations");
