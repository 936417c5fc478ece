/** Errors that mean more to the engine than their message. */
import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Properties } from "./values";
import { encode } from "./wire";

/**
 * A resource that exists but is not finished. It stays in the state (Pulumi shows it as failed to initialise and finishes it
 * by an update the next time).
 */
export class Incomplete extends Error {
  constructor(
    readonly id: string,
    readonly outputs: object,
    readonly reasons: string[],
    /** The inputs to remember, if not all the wanted ones came true. */
    readonly inputs?: object,
  ) {
    super(reasons.join("; "));
  }
}

/** The error as gRPC carries it. Structured details travel in `grpc-status-details-bin`, as in Go's gRPC. */
export function toServiceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof Incomplete) {
    const detail = new messages.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(encode(error.outputs as Properties));
    detail.setReasonsList(error.reasons);
    if (error.inputs !== undefined) detail.setInputs(encode(error.inputs as Properties));
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
