import { CopyObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { recoverDeleted } from "../../../cli/offsite/recover";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 27, 12, minute));
const version = (Key: string, minute: number, ETag: string, IsLatest = false) => ({
  ...{ Key, VersionId: `${Key}@${minute}`, LastModified: at(minute), ETag, IsLatest },
});
const marker = (Key: string, minute: number, IsLatest = true) => ({
  ...{ Key, VersionId: `${Key}@${minute}`, LastModified: at(minute), IsLatest },
});

/** Pages of a bucket; notes what is copied. */
function bucket(pages: { Versions?: object[]; DeleteMarkers?: object[] }[]) {
  const copied: (string | undefined)[] = [];
  const asked: (string | undefined)[] = [];
  const s3 = new S3Client({ region: "us-east-1" });
  jest.spyOn(s3, "send").mockImplementation((async (command: CopyObjectCommand | ListObjectVersionsCommand) => {
    if (command instanceof CopyObjectCommand) return void copied.push(command.input.CopySource);
    asked.push(command.input.KeyMarker);
    const page = asked.length - 1;
    const more = page < pages.length - 1;
    return {
      ...pages[page],
      IsTruncated: more,
      ...(more && { NextKeyMarker: `page${page}`, NextVersionIdMarker: "v" }),
    };
  }) as never);
  return { s3, copied, asked };
}

describe("getting back what was deleted", () => {
  it("takes what was current at that time, through all pages", async () => {
    const { s3, copied, asked } = bucket([
      { Versions: [version("p/a", 1, "old"), version("p/a", 3, "good")], DeleteMarkers: [marker("p/a", 9)] },
      { Versions: [version("p/b c", 2, "b")], DeleteMarkers: [marker("p/b c", 8)] },
    ]);
    expect(await recoverDeleted(s3, "copies", "p/", at(5))).toEqual(["p/a", "p/b c"]);
    expect(copied).toEqual(["copies/p/a?versionId=p/a@3", "copies/p/b%20c?versionId=p/b c@2"]);
    expect(asked).toEqual([undefined, "page0"]);
  });

  it("undoes overwriting, and leaves what came later and what was deleted before", async () => {
    const { s3, copied } = bucket([
      {
        Versions: [
          version("p/over", 1, "good"),
          version("p/over", 7, "bad", true),
          version("p/later", 6, "new", true),
          version("p/gone", 1, "x"),
          version("p/same", 1, "same", true),
        ],
        DeleteMarkers: [marker("p/gone", 2)],
      },
    ]);
    expect(await recoverDeleted(s3, "copies", "p/", at(5))).toEqual(["p/over"]);
    expect(copied).toHaveLength(1);
  });

  it("does nothing a second time", async () => {
    const { s3, copied } = bucket([
      {
        Versions: [version("p/a", 1, "good"), version("p/a", 10, "good", true)],
        DeleteMarkers: [marker("p/a", 9, false)],
      },
    ]);
    expect(await recoverDeleted(s3, "copies", "p/", at(5))).toEqual([]);
    expect(copied).toEqual([]);
  });
});
