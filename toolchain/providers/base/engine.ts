/** Log lines to the engine that started this plugin; to standard error when there is none (tests, a plugin run by hand). */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./provider";

export class Engine {
  private client: EngineClient | undefined;

  /** @param address host:port that the engine gave as the plugin's argument. */
  constructor(private address?: string) {}

  /** Sets or changes the address (the engine attaches itself to a plugin that runs already). */
  attach(address: string): void {
    if (address === this.address) return;
    this.client?.close();
    this.client = undefined;
    this.address = address;
  }

  /** A log whose lines appear beside the resource `urn`. */
  logFor(urn: string): Log {
    const at =
      (severity: LogSeverity, ephemeral = false) =>
      (message: string) =>
        this.send(urn, severity, message, ephemeral);
    return {
      debug: at(LogSeverity.DEBUG),
      info: at(LogSeverity.INFO),
      status: at(LogSeverity.INFO, true),
      warn: at(LogSeverity.WARNING),
      error: at(LogSeverity.ERROR),
    };
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  private send(urn: string, severity: LogSeverity, message: string, ephemeral: boolean): void {
    if (this.address === undefined || this.address === "") {
      if (severity >= LogSeverity.WARNING) process.stderr.write(`${message}\n`);
      return;
    }
    this.client ??= new EngineClient(this.address, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    this.client.log(request, () => {
      // A lost log line must not fail the operation that it tells about.
    });
  }
}
