import Type, { type Static, type TSchema } from "typebox";

/** What a refusal tells: an HTTP status, a title for people, and the shape of its data. */
export type RefusalSpec = {
  readonly status: 400 | 401 | 402 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 415 | 422 | 429 | 431 | 503 | 504;
  readonly title: string;
  readonly data?: TSchema;
};

/** An expected answer other than success: declared in a contract, with a stable `code`. Crosses services unchanged. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  constructor(told: { code: string; status: number; title: string; data?: unknown }, options?: ErrorOptions) {
    super(told.title, options);
    this.code = told.code;
    this.status = told.status;
    this.data = (told.data ?? {}) as Readonly<Record<string, unknown>>;
  }
}

/** One declared refusal: call it to build the error, `is` narrows a caught one. */
export type RefusalKind<Code extends string = string, Data = unknown> = {
  (...data: [Data] extends [undefined] ? [] : [data: Data]): Refusal;
  readonly code: Code;
  readonly spec: RefusalSpec;
  is(error: unknown): error is Refusal & { readonly code: Code; readonly data: Data };
};

type DataOf<Spec extends RefusalSpec> = Spec extends { data: infer D extends TSchema } ? Static<D> : undefined;
export type Refusals<Specs extends Record<string, RefusalSpec>> = {
  readonly [Code in keyof Specs & string]: RefusalKind<Code, DataOf<Specs[Code]>>;
};

/** Builds the refusals of one service: `throw refuse.ORDER_NOT_FOUND({ orderId })`. */
export function defineRefusals<const Specs extends Record<string, RefusalSpec>>(specs: Specs): Refusals<Specs> {
  const kinds = Object.entries(specs).map(([code, spec]) => [code, refusalKind(code, spec)]);
  return Object.fromEntries(kinds) as Refusals<Specs>;
}

function refusalKind(code: string, spec: RefusalSpec): RefusalKind {
  const build = (data?: unknown) => new Refusal({ code, status: spec.status, title: spec.title, data });
  const is = (error: unknown): error is Refusal => error instanceof Refusal && error.code === code;
  return Object.assign(build, { code, spec, is }) as unknown as RefusalKind;
}

/** The refusals that any operation may answer with; the platform raises them, no contract lists them. */
export const refuse = defineRefusals({
  INVALID_INPUT: {
    status: 400,
    title: "The input is not valid.",
    data: Type.Object({ errors: Type.Array(Type.Object({ field: Type.String(), message: Type.String() })) }),
  },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: "Send an Idempotency-Key header (8 to 128 characters)." },
  UNAUTHENTICATED: { status: 401, title: "Send a valid bearer token." },
  FORBIDDEN: { status: 403, title: "Your token does not allow this." },
  NOT_FOUND: { status: 404, title: "There is nothing here." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: "This path does not take that method; the Allow header tells which it takes.",
  },
  REQUEST_TIMEOUT: { status: 408, title: "The rest of the request did not come in time." },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: "The first request with this Idempotency-Key is still being worked on.",
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The body is larger than this operation takes." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "This operation does not take that Content-Type." },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "This Idempotency-Key was used with another body." },
  TOO_MANY_REQUESTS: { status: 429, title: "Too many requests; slow down." },
  HEADERS_TOO_LARGE: { status: 431, title: "The headers of the request are too large." },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: "Something this needs is not available right now; try again shortly.",
    data: Type.Object({ service: Type.String(), detail: Type.String() }),
  },
  DEADLINE_EXCEEDED: { status: 504, title: "This took longer than its deadline." },
  OUTCOME_UNKNOWN: {
    status: 504,
    title: "No answer came; it may have happened. Look before you send it again.",
    data: Type.Object({ service: Type.String() }),
  },
});
