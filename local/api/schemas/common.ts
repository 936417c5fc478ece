import { type TLiteral, type TSchema, type TUnion, Type } from "@sinclair/typebox";

/** Clients send null for "leave it as it is". */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Maybe = <T extends TSchema>(schema: T) => Type.Optional(Nullable(schema));

/** One of some words. */
export function OneOf<const T extends readonly string[]>(
  ...words: T
): TUnion<{ -readonly [I in keyof T]: TLiteral<T[I]> }> {
  return Type.Union(words.map((word) => Type.Literal(word))) as unknown as TUnion<{
    -readonly [I in keyof T]: TLiteral<T[I]>;
  }>;
}

/** Path parameters: numbers named `…Id`, all else text. */
export function Params<const T extends readonly string[]>(...names: T) {
  return Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.Integer({ minimum: 0 })])) as Record<
      T[number],
      ReturnType<typeof Type.Integer>
    >,
  );
}

export const Text = (min: number, max: number) => Type.String({ minLength: min, maxLength: max });
export const Tags = Maybe(
  Type.Array(Type.String({ minLength: 3, maxLength: 50, reason: "Length must be 3-50 characters" })),
);
