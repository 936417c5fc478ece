/** Linode's API, as the environment of a stack says where it is. */
export class LinodeApi {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** All objects of a list whose fields have the values given. */
  async find<T extends object>(path: string, values: Partial<T>): Promise<T[]> {
    const found: T[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const list = await this.call<{ data: T[]; pages: number }>("GET", `${path}?page=${page}&page_size=500`);
      found.push(...list.data);
      pages = list.pages;
    }
    const wanted = Object.entries(values) as [keyof T, unknown][];
    return found.filter((object) => wanted.every(([field, value]) => object[field] === value));
  }

  /** One request. @param more headers of it. @throws Error with Linode's own reasons */
  async call<T>(method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<T> {
    const base = this.env.LINODE_URL ?? "https://api.linode.com";
    const answer = await fetch(`${base}/v4${path}`, {
      method,
      headers: { authorization: `Bearer ${this.env.LINODE_TOKEN}`, "content-type": "application/json", ...more },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
