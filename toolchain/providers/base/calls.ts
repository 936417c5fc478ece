/** The provider protocol's calls, each from a decoded request to an encoded answer. */
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Change, Diff, diffProperties } from "./diff";
import type { Engine } from "./engine";
import type { CheckResult, Context, Provider, ProviderFunction, Resource } from "./provider";
import { Properties, revealAll, unknown } from "./values";
import { decode, encode } from "./wire";

/** Handlers of one provider process. `Client` is known once `configure` was called. */
export class Calls<Client> {
  private client: { value: Client } | undefined;
  private readonly cancelled = new AbortController();
  private readonly resources: Map<string, Resource<Client, object, object>>;
  private readonly functions: Map<string, ProviderFunction<Client, object>>;

  constructor(
    private readonly provider: Provider<Client>,
    private readonly engine: Engine,
  ) {
    this.resources = new Map(provider.resources.map((item) => [item.token, item as Resource<Client, object, object>]));
    this.functions = new Map(provider.functions.map((item) => [item.token, item as ProviderFunction<Client, object>]));
  }

  handshake(): messages.ProviderHandshakeResponse {
    const answer = new messages.ProviderHandshakeResponse();
    answer.setAcceptSecrets(this.provider.secrets === "provider");
    answer.setAcceptResources(this.provider.resourceReferences === true);
    answer.setAcceptOutputs(false);
    return answer;
  }

  getSchema(): messages.GetSchemaResponse {
    const schema = { name: this.provider.name, version: this.provider.version, ...this.provider.schema?.() };
    return new messages.GetSchemaResponse().setSchema(JSON.stringify(schema));
  }

  async checkConfig(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const news = decode(request.getNews());
    const olds = request.hasOlds() ? decode(request.getOlds()) : undefined;
    return checkResponse((await this.provider.checkConfig?.(news, olds)) ?? { inputs: news });
  }

  diffConfig(request: messages.DiffRequest): messages.DiffResponse {
    const olds = decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
    const news = decode(request.getNews());
    const diff = this.provider.diffConfig?.(olds, news) ?? diffProperties(olds, news, { ignore: ["version"] });
    return diffResponse(diff);
  }

  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    const config = revealAll(decode(request.getArgs()));
    this.client = { value: await this.provider.configure(config, this.engine.logFor("")) };
    const answer = new messages.ConfigureResponse();
    answer.setAcceptsecrets(this.provider.secrets === "provider");
    answer.setAcceptresources(this.provider.resourceReferences === true);
    answer.setSupportspreview(true);
    return answer;
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const resource = this.resourceOf(request.getUrn());
    const inputs = this.values(request.getNews());
    const result = await resource.check?.(inputs, {
      ...this.context(request.getUrn(), { preview: true }),
      oldInputs: request.hasOlds() ? this.values(request.getOlds()) : undefined,
      randomSeed: request.getRandomseed_asU8(),
    });
    return checkResponse(result ?? { inputs });
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const resource = this.resourceOf(request.getUrn());
    const diff = await resource.diff(this.values(request.getOlds()), this.values(request.getNews()), {
      ...this.context(request.getUrn(), { preview: true }),
      id: request.getId(),
      oldInputs: this.values(request.getOldInputs()),
      ignoreChanges: request.getIgnorechangesList(),
    });
    return diffResponse(diff);
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const resource = this.resourceOf(request.getUrn());
    const inputs = this.values(request.getProperties());
    const preview = request.getPreview();
    const context = this.context(request.getUrn(), { preview, timeoutSeconds: request.getTimeout() });
    if (preview)
      return new messages.CreateResponse().setProperties(encode(await previewOf(resource, inputs, undefined, context)));
    const { id, outputs } = await resource.create(inputs, context);
    return new messages.CreateResponse().setId(id).setProperties(encode(outputs as Properties));
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const resource = this.resourceOf(request.getUrn());
    const inputs = this.values(request.getInputs());
    const outputs = this.values(request.getProperties());
    const importing = Object.keys(inputs).length === 0 && Object.keys(outputs).length === 0;
    const context = {
      ...this.context(request.getUrn(), { timeoutSeconds: request.getTimeout() }),
      id: request.getId(),
      importing,
    };
    const found = await resource.read(outputs, inputs, context);
    const answer = new messages.ReadResponse();
    if (found === undefined) return answer; // An empty id says that the resource is gone.
    answer.setId(found.id ?? request.getId());
    answer.setProperties(encode(found.outputs as Properties));
    answer.setInputs(encode(found.inputs ?? inputs));
    return answer;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const resource = this.resourceOf(request.getUrn());
    const olds = this.values(request.getOlds());
    const news = this.values(request.getNews());
    const preview = request.getPreview();
    const context = this.context(request.getUrn(), { preview, timeoutSeconds: request.getTimeout() });
    if (preview)
      return new messages.UpdateResponse().setProperties(encode(await previewOf(resource, news, olds, context)));
    if (resource.update === undefined)
      throw new Error(`${resource.token} cannot be updated in place: every change replaces it.`);
    const oldInputs = this.values(request.getOldInputs());
    const outputs = await resource.update(request.getId(), olds, news, { ...context, oldInputs });
    return new messages.UpdateResponse().setProperties(encode(outputs as Properties));
  }

  async delete(request: messages.DeleteRequest): Promise<void> {
    const context = this.context(request.getUrn(), { timeoutSeconds: request.getTimeout() });
    await this.resourceOf(request.getUrn()).delete(request.getId(), this.values(request.getProperties()), context);
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const found = this.functions.get(request.getTok());
    if (found === undefined) throw new Error(this.refusal("function", request.getTok()));
    const result = await found.invoke(this.values(request.getArgs()), this.context("", { preview: true }));
    return new messages.InvokeResponse().setReturn(encode(result));
  }

  cancel(): void {
    this.cancelled.abort(new Error("cancelled"));
  }

  private values(struct: Parameters<typeof decode>[0]): Properties {
    const properties = decode(struct);
    return this.provider.secrets === "provider" ? properties : revealAll(properties);
  }

  private resourceOf(urn: string): Resource<Client, object, object> {
    const token = typeOf(urn);
    const found = this.resources.get(token);
    if (found === undefined) throw new Error(this.refusal("resource", token));
    return found;
  }

  private refusal(kind: string, token: string): string {
    const { name, version } = this.provider;
    return `The ${kind} ${token} is not in this stand-in of pulumi-${name} ${version}: use the official plugin for it.`;
  }

  private context(urn: string, options: { preview?: boolean; timeoutSeconds?: number }): Context<Client> {
    if (this.client === undefined)
      throw new Error(`The provider ${this.provider.name} was used before it was configured.`);
    return {
      client: this.client.value,
      urn,
      name: urn.split("::").slice(3).join("::"),
      timeoutSeconds: options.timeoutSeconds ?? 0,
      preview: options.preview ?? false,
      signal: this.cancelled.signal,
      log: this.engine.logFor(urn),
    };
  }
}

/** The resource's own type: the URN's third part, after the types of its parents. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}

async function previewOf<Client>(
  resource: Resource<Client, object, object>,
  inputs: Properties,
  olds: Properties | undefined,
  context: Context<Client>,
): Promise<Properties> {
  if (resource.preview !== undefined) return resource.preview(inputs, olds, context);
  if (olds !== undefined) return { ...olds, ...inputs };
  return { ...Object.fromEntries((resource.computed ?? []).map((name) => [name, unknown])), ...inputs };
}

function checkResponse(result: CheckResult): messages.CheckResponse {
  const failures = (result.failures ?? []).map((failure) =>
    new messages.CheckFailure().setProperty(failure.property).setReason(failure.reason),
  );
  return new messages.CheckResponse().setInputs(encode(result.inputs)).setFailuresList(failures);
}

function diffResponse(diff: Diff): messages.DiffResponse {
  const answer = new messages.DiffResponse();
  const changes = Object.entries(diff.changes);
  const detailed = diff.detailed ?? true;
  if (detailed) for (const [path, change] of changes) answer.getDetaileddiffMap().set(path, propertyDiff(change));
  const topLevel = (entries: [string, Change][]) =>
    [...new Set(entries.map(([path]) => path.split(/[.[]/)[0] ?? path))].sort();
  const some = changes.length > 0 || diff.force === true;
  answer.setChanges(some ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE);
  answer.setHasdetaileddiff(detailed);
  answer.setDiffsList(topLevel(changes));
  answer.setReplacesList(topLevel(changes.filter(([, change]) => change.replace)));
  answer.setStablesList(diff.stables ?? []);
  answer.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  return answer;
}

function propertyDiff(change: Change): messages.PropertyDiff {
  const kinds = messages.PropertyDiff.Kind;
  const kind = {
    add: [kinds.ADD, kinds.ADD_REPLACE],
    delete: [kinds.DELETE, kinds.DELETE_REPLACE],
    update: [kinds.UPDATE, kinds.UPDATE_REPLACE],
  }[change.kind][change.replace ? 1 : 0];
  return new messages.PropertyDiff().setKind(kind ?? kinds.UPDATE).setInputdiff(change.input ?? false);
}
