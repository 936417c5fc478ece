import * as pulumi from "@pulumi/pulumi";
import { BackupBucket } from "../../../components/backupBucket";

const config = new pulumi.Config("offsite");
const copies = new BackupBucket("copies", {
  ...{ bucket: "gamelenders-copies", region: "it-mil", label: "gamelenders-test-copies" },
  deletedDays: config.requireNumber("deletedDays"),
  operatorCidrs: config.requireObject<string[]>("cidrs"),
  protect: false,
});

export const { access, pruning } = copies;
