/**
 * Brings back what was in a bucket of copies at a time. Parameter: the time, e.g. 2026-11-27T03:00:00Z. Standard input: endpoint,
 * bucket, prefix, accessKey and secretKey as JSON, as the stack's output `offsite` has them. Exit: 0 done, 1 not.
 */
import { text } from "node:stream/consumers";
import { s3Client } from "./bucket";
import { recoverDeleted } from "./recover";

async function main([time = ""]: string[]): Promise<void> {
  const at = new Date(time);
  if (!/^\d{4}-\d\d-\d\dT.*Z$/.test(time) || Number.isNaN(at.valueOf()))
    throw new Error(`"${time}" is not a time. Write it like 2026-11-27T03:00:00Z.`);
  const input = JSON.parse(await text(process.stdin)) as Record<string, string>;
  const { endpoint = "", bucket = "", prefix = "", accessKey = "", secretKey = "" } = input;
  const back = await recoverDeleted(s3Client(endpoint, { accessKey, secretKey }), bucket, prefix && `${prefix}/`, at);
  for (const key of back) console.log(key);
  console.log(`${back.length} brought back as of ${at.toISOString()} in ${bucket}/${prefix}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
