/** The order in which Terraform's SDK lists a set: by the decimal text of the CRC-32 of each value and a semicolon. */
import type { Value } from "..";
import { asText } from "./schema";

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

export function crc32(text: string): number {
  let value = 0xffffffff;
  for (const byte of Buffer.from(text)) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}

export function setOrder(values: Value[]): Value[] {
  const key = (value: Value) => String(crc32(`${asText(value)};`));
  return [...values].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
