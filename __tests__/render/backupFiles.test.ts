import { backupFiles, type BackupSettings } from "../../render/backupFiles";

const settings: BackupSettings = {
  site: "gamelenders",
  parts: ["database"],
  database: "ocrprojet13",
  media: "/srv/gamelenders/shared/media",
  schedule: "*-*-* 02:15",
  drill: "Sun *-*-* 04:30",
  keep: { all: "7d", daily: "3m", weekly: "1y" },
  memoryMb: 1024,
};

const offsite = {
  endpoint: "https://s3.example.org",
  bucket: "copies",
  region: "fr-par-1",
  prefix: "gamelenders/prod",
  accessKey: "access",
  secretKey: "it's secret",
};

const find = (wanted: BackupSettings, path: string) => backupFiles(wanted).find((one) => one.path === path);

describe("the files of a server that is backed up", () => {
  it("say where copies go off the server, for root alone", () => {
    expect(find({ ...settings, key: "k".repeat(32), offsite }, "/etc/trinode/backup-offsite.env")).toEqual({
      path: "/etc/trinode/backup-offsite.env",
      mode: 0o600,
      owner: "root",
      group: "root",
      content: [
        "OFFSITE_ENDPOINT='https://s3.example.org'",
        "OFFSITE_BUCKET='copies'",
        "OFFSITE_REGION='fr-par-1'",
        "OFFSITE_PREFIX='gamelenders/prod'",
        "OFFSITE_ACCESS_KEY='access'",
        "OFFSITE_SECRET_KEY='it'\\''s secret'",
        "",
      ].join("\n"),
    });
  });

  it("have nothing about a bucket where there is none", () => {
    expect(backupFiles(settings).map(({ path }) => path)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/offsite|backup\.key/)]),
    );
  });

  it("keep backups behind the site: a third of the memory, one CPU", () => {
    const slice = find(settings, "/etc/systemd/system/trinode-backup.slice")?.content;
    expect(slice).toContain("MemoryMax=341M");
    expect(slice).toContain("CPUQuota=100%");
    expect(find(settings, "/etc/systemd/system/trinode-backup.timer")?.content).toContain("OnCalendar=*-*-* 02:15\n");
  });
});
