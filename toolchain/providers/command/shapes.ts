import type { Properties, Value } from "../base/values";

/** What a field may hold. `any` takes everything, `source` an asset or an archive. */
export type Shape =
  | { kind: "string" | "number" | "integer" | "boolean" | "any" | "source" }
  | { kind: "list" | "map"; item: Shape }
  | { kind: "object"; object: ObjectShape };

export interface Field {
  shape: Shape;
  optional?: boolean;
  /** Marked secret whatever the program says. */
  secret?: boolean;
  default?: string | number;
  /** Replaces the resource where this very path changes. */
  replace?: boolean;
}

/** A type as the official provider declares it in Go; its name and its fields' order show in error messages. */
export interface ObjectShape {
  /** E.g. `remote.Connection`. */
  name: string;
  fields: Record<string, Field>;
}

const text: Shape = { kind: "string" };
const integer: Shape = { kind: "integer" };
const flag: Shape = { kind: "boolean" };
const texts: Shape = { kind: "list", item: text };
const textMap: Shape = { kind: "map", item: text };

const connectionBase: Record<string, Field> = {
  user: { shape: text, optional: true, default: "root" },
  password: { shape: text, optional: true, secret: true },
  host: { shape: text },
  port: { shape: { kind: "number" }, optional: true, default: 22 },
  privateKey: { shape: text, optional: true, secret: true },
  privateKeyPassword: { shape: text, optional: true, secret: true },
  agentSocketPath: { shape: text, optional: true },
  dialErrorLimit: { shape: integer, optional: true, default: 10 },
  perDialTimeout: { shape: integer, optional: true, default: 15 },
  hostKey: { shape: text, optional: true },
};
const proxy: ObjectShape = { name: "remote.ProxyConnection", fields: connectionBase };
const connectionShape: ObjectShape = {
  name: "remote.Connection",
  fields: { ...connectionBase, proxy: { shape: { kind: "object", object: proxy }, optional: true } },
};
const connection: Field = { shape: { kind: "object", object: connectionShape }, secret: true };
const triggers: Field = { shape: { kind: "list", item: { kind: "any" } }, optional: true, replace: true };

const lifecycle: Record<string, Field> = {
  triggers,
  create: { shape: text, optional: true },
  update: { shape: text, optional: true },
  delete: { shape: text, optional: true },
};

const localRun: Record<string, Field> = {
  stdin: { shape: text, optional: true },
  logging: { shape: text, optional: true },
  interpreter: { shape: texts, optional: true },
  dir: { shape: text, optional: true },
  environment: { shape: textMap, optional: true },
  assetPaths: { shape: texts, optional: true },
  archivePaths: { shape: texts, optional: true },
  addPreviousOutputInEnv: { shape: flag, optional: true },
};

const streams: Record<string, Field> = { stdout: { shape: text }, stderr: { shape: text } };

export const localCommandInputs: ObjectShape = {
  name: "local.CommandInputs",
  fields: { ...lifecycle, ...localRun },
};
export const localCommandOutputs: ObjectShape = {
  name: "local.CommandOutputs",
  fields: {
    ...localCommandInputs.fields,
    ...streams,
    assets: { shape: { kind: "map", item: { kind: "source" } }, optional: true },
    archive: { shape: { kind: "source" }, optional: true },
  },
};
export const localRunInputs: ObjectShape = {
  name: "local.RunInputs",
  fields: { ...localRun, command: { shape: text } },
};

export const remoteCommandInputs: ObjectShape = {
  name: "remote.CommandInputs",
  fields: {
    ...lifecycle,
    stdin: { shape: text, optional: true },
    logging: { shape: text, optional: true },
    connection,
    environment: { shape: textMap, optional: true },
    addPreviousOutputInEnv: { shape: flag, optional: true },
  },
};
export const remoteCommandOutputs: ObjectShape = {
  name: "remote.CommandOutputs",
  fields: { ...remoteCommandInputs.fields, ...streams },
};

export const copyToRemoteInputs: ObjectShape = {
  name: "remote.CopyToRemoteInputs",
  fields: { connection, triggers, source: { shape: { kind: "source" } }, remotePath: { shape: text } },
};
export const copyFileInputs: ObjectShape = {
  name: "remote.CopyFileInputs",
  fields: {
    connection,
    triggers: { ...triggers, replace: false },
    localPath: { shape: text },
    remotePath: { shape: text },
  },
};

/** The value that stands for nothing of this shape, as Go's zero values do. */
export function zeroOf(shape: Shape): Value {
  switch (shape.kind) {
    case "string":
      return "";
    case "number":
    case "integer":
      return 0;
    case "boolean":
      return false;
    case "list":
      return [];
    case "map":
    case "source":
      return {};
    case "any":
      return null;
    case "object":
      return zeroObject(shape.object) as { [name: string]: Value };
  }
}

function zeroObject(object: ObjectShape): Properties {
  const entries = Object.entries(object.fields).filter(
    ([, field]) => field.optional !== true || field.default !== undefined,
  );
  return Object.fromEntries(entries.map(([name, field]) => [name, field.default ?? zeroOf(field.shape)]));
}
