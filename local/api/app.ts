import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Limit } from "./limits";

/** Fastify whose handlers get their types from the schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyContextConfig {
    /** OAuth scope that Linode wants, without `:read_only` or `:read_write`; `*` for none. */
    scope?: string;
    /** Answers without a token, as Linode's catalogue does. */
    open?: boolean;
    /** `limits.usual` by default. */
    limit?: Limit;
    /** Another spelling of a path that is there, or one that says that it is not. */
    alias?: boolean;
  }
}
