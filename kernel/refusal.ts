import Type, { type Static, type TSchema } from "typebox";

/** What a refusal tells: an HTTP status, a title for people, and the shape of its data. */
export type RefusalSpec = {
  readonly status: 400 | 401 | 402 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 415 | 422 | 429 | 431 | 503 | 504;
  readonly title: string;
  /** What the client should do now, in one line: change what? ask again, and when? Shown in the API's description and docs/refusals.md. */
  readonly advice: string;
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
    advice: "Correct the fields that `errors` names; the same request is refused again.",
    data: Type.Object({ errors: Type.Array(Type.Object({ field: Type.String(), message: Type.String() })) }),
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    title: "Send an Idempotency-Key header (8 to 128 characters).",
    advice: "Make one key per intention and send it with every repeat of that request.",
  },
  UNAUTHENTICATED: {
    status: 401,
    title: "Send a valid bearer token.",
    advice: "Get a new token, send it as `Authorization: Bearer …`, and repeat.",
  },
  FORBIDDEN: {
    status: 403,
    title: "Your token does not allow this.",
    advice: "Do not repeat; ask with a token of somebody who may.",
  },
  NOT_FOUND: { status: 404, title: "There is nothing here.", advice: "Check the path against the API's description." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: "This path does not take that method; the Allow header tells which it takes.",
    advice: "Use a method that the Allow header names.",
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: "The rest of the request did not come in time.",
    advice: "Send the whole request again, on a new connection.",
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: "The first request with this Idempotency-Key is still being worked on.",
    advice: "Wait a second and send the same request with the same key: it tells the first answer.",
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: "The body is larger than this operation takes.",
    advice: "Send less at once.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: "This operation does not take that Content-Type.",
    advice: "Send `Content-Type: application/json`, or what the operation's description names.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: "This Idempotency-Key was used with another body.",
    advice: "Take a new key for a new request; to repeat one, send its body unchanged.",
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    title: "Too many requests; slow down.",
    advice: "Wait as many seconds as Retry-After says, then repeat.",
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: "The headers of the request are too large.",
    advice: "Send fewer or shorter headers.",
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: "Something this needs is not available right now; try again shortly.",
    advice: "Wait as many seconds as Retry-After says, then repeat with the same Idempotency-Key or id.",
    data: Type.Object({ service: Type.String(), detail: Type.String() }),
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    title: "This took longer than its deadline.",
    advice: "Repeat with the same Idempotency-Key or id; where there is neither, look first whether it happened.",
  },
  OUTCOME_UNKNOWN: {
    status: 504,
    title: "No answer came; it may have happened. Look before you send it again.",
    advice: "Read what it would have changed; repeat with the same Idempotency-Key or id, or only what did not happen.",
    data: Type.Object({ service: Type.String() }),
  },
});
