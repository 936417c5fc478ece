import * as http from "node:http";
import { type AccessKey, type BucketAccess, BucketNotEmpty } from "./store";

/** What the S3 server's control socket answered, other than 200. */
class ControlError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`Object Storage: ${code}: ${message}`);
  }
}

/** The S3 server's control socket (`server/control.go`). */
export class Control {
  constructor(private readonly socket: string) {}

  async isHealthy(): Promise<boolean> {
    return this.ask("GET", "/health").then(
      () => true,
      () => false,
    );
  }

  async putBucket(name: string, access: BucketAccess): Promise<void> {
    await this.ask("PUT", `/buckets/${name}`, access);
  }

  async removeBucket(name: string): Promise<void> {
    try {
      await this.ask("DELETE", `/buckets/${name}`);
    } catch (error) {
      const code = error instanceof ControlError ? error.code : "";
      if (code === "NoSuchBucket") return;
      if (code === "BucketNotEmpty" || code === "VersionedBucketNotEmpty") throw new BucketNotEmpty(name);
      throw error;
    }
  }

  async usage(name: string): Promise<{ objects: number; size: number }> {
    return (await this.ask("GET", `/buckets/${name}`)) as { objects: number; size: number };
  }

  async setKeys(owner: string, keys: AccessKey[]): Promise<void> {
    await this.ask("PUT", "/keys", { owner, keys });
  }

  async expire(now: Date): Promise<void> {
    await this.ask("POST", "/lifecycle", { now });
  }

  private ask(method: string, path: string, body?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socket, method, path, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString()) as { code: string; message: string };
          if (response.statusCode === 200) resolve(answer);
          else reject(new ControlError(answer.code, answer.message));
        });
      });
      request.on("error", reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
