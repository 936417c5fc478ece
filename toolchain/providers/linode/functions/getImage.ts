/** `linode.getImage`. Source: terraform-provider-linode 3.1.1, linode/image. */
import { providerFunction } from "../../base";
import type { Linode } from "../config";
import { attempt, instant } from "../framework";

interface ImageShape {
  id: string;
  label: string;
  description: string | null;
  capabilities: string[];
  created: string;
  created_by: string;
  deprecated: boolean;
  is_public: boolean;
  size: number;
  status: string;
  type: string;
  expiry: string | null;
  vendor: string | null;
  tags: string[];
  total_size: number;
  regions: { region: string; status: string }[] | null;
}

export const getImage = providerFunction<Linode, { id: string }>({
  token: "linode:index/getImage:getImage",
  async invoke({ id }, { client: { client } }) {
    const image = await attempt(`Failed to get image ${id}`, () =>
      client.get<ImageShape>("framework", `/images/${encodeURIComponent(id)}`),
    );
    return {
      id,
      label: image.label,
      description: image.description ?? "",
      capabilities: image.capabilities,
      created: instant(image.created),
      createdBy: image.created_by,
      deprecated: image.deprecated,
      isPublic: image.is_public,
      size: image.size,
      status: image.status,
      type: image.type,
      vendor: image.vendor ?? "",
      tags: image.tags,
      totalSize: image.total_size,
      replications: (image.regions ?? []).map(({ region, status }) => ({ region, status })),
      ...(image.expiry === null ? {} : { expiry: instant(image.expiry) }),
    };
  },
});
