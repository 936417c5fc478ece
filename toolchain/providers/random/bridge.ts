/** What the official plugin, a bridged Terraform provider, adds to the outputs in the state. */
import { isObject, Properties, Secret, Value } from "../base/values";

/**
 * `__meta`, where the schema has a version, and `__pulumi_raw_state_delta`: how the state differs from Terraform's. An
 * absent attribute is a null there, and a map needs to be called one.
 * @param optional Names of the attributes that may be absent.
 */
export function withBridgeFields(outputs: Properties, optional: string[], schemaVersion?: number): Properties {
  const deltas: { [name: string]: Value } = {};
  for (const name of optional) {
    const value = outputs[name];
    if (value === undefined || value === null) deltas[name] = new Secret({ replace: { raw: null } });
    else if (isObject(value)) deltas[name] = { map: {} };
  }
  const delta: Value = Object.keys(deltas).length > 0 ? { obj: { ps: deltas } } : { obj: {} };
  const meta = schemaVersion === undefined ? {} : { __meta: JSON.stringify({ schema_version: `${schemaVersion}` }) };
  return { ...outputs, ...meta, __pulumi_raw_state_delta: delta };
}
