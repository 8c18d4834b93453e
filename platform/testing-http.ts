import Type from "typebox";
import { defineContract, type Operation } from "#kernel/contract";
import { defineRefusals, refuse as generalRefuse } from "#kernel/refusal";

// A shop whose operations answer, refuse and fail in every way that HTTP has to tell.
export const CARD = "4111111111111111";
const refuse = defineRefusals({
  SOLD_OUT: { status: 409, title: "Sold out.", advice: "Come again.", data: Type.Object({ sku: Type.String() }) },
  BUSY: { status: 429, title: "Later.", advice: "Wait.", data: Type.Object({ retryAfterSeconds: Type.Integer() }) },
});
const Anything = Type.Unknown();
const base = { summary: "", access: "anyone", input: Type.Object({}), output: Anything } as const;

export const shop = defineContract("shop", {
  put: {
    ...base,
    method: "POST",
    path: "/things/:thing",
    success: 201,
    input: Type.Object({
      thing: Type.String(),
      count: Type.Optional(Type.Integer()),
      name: Type.Optional(Type.String()),
    }),
  },
  find: {
    ...base,
    method: "GET",
    path: "/things",
    input: Type.Object({ limit: Type.Integer({ default: 20 }) }),
    cacheSeconds: 60,
  },
  remove: {
    ...base,
    method: "DELETE",
    path: "/things/:thing",
    success: 204,
    input: Type.Object({ thing: Type.String() }),
  },
  small: {
    ...base,
    method: "POST",
    path: "/small",
    bodyLimitBytes: 100,
    input: Type.Object({ text: Type.Optional(Type.String()) }),
  },
  upload: {
    ...base,
    method: "PUT",
    path: "/uploads/:name",
    body: "stream",
    input: Type.Object({ name: Type.String({ maxLength: 200 }) }),
  },
  hear: {
    ...base,
    method: "POST",
    path: "/hooks",
    headers: { signature: "x-signature", at: "x-at" },
    input: Type.Object({ signature: Type.String(), at: Type.Integer() }),
  },
  answer: {
    ...base,
    method: "GET",
    path: "/answers/:kind",
    input: Type.Object({ kind: Type.String() }),
    isAccepted: (output: unknown) => output === "going on",
  },
  fail: { ...base, method: "GET", path: "/failures/:kind", input: Type.Object({ kind: Type.String() }) },
  keyed: { ...base, method: "POST", path: "/keyed", idempotencyKey: "required" },
  keyedMaybe: { ...base, method: "POST", path: "/keyed-maybe", idempotencyKey: "optional" },
  hang: { ...base, method: "GET", path: "/hang", timeoutMs: 50 },
});

const answers: Record<string, unknown> = {
  text: "text",
  nothing: undefined,
  null: null,
  number: 5,
  list: [1],
  "going-on": "going on",
};
const failures: Record<string, () => Error> = {
  refusal: () => refuse.SOLD_OUT({ sku: "MUG" }),
  busy: () => refuse.BUSY({ retryAfterSeconds: 7 }),
  outage: () => generalRefuse.SERVICE_UNAVAILABLE({ service: "database", detail: "No." }),
  "too-many": () => generalRefuse.TOO_MANY_REQUESTS(),
  unauthenticated: () => generalRefuse.UNAUTHENTICATED(),
  fault: () => new Error(`the card is ${CARD}`),
  "library-400": () => Object.assign(new Error(`bad ${CARD}`), { statusCode: 400, code: "ERR_VENDOR" }),
};

export async function serve(
  operation: Operation,
  input: Record<string, any>,
  key: string | undefined,
): Promise<unknown> {
  if (operation.name === "answer") return answers[input["kind"]];
  if (operation.name === "fail") throw failures[input["kind"]]!();
  if (operation.name === "hang") return new Promise(() => {});
  if (operation.name === "remove") return undefined;
  if (operation.name.startsWith("keyed")) return { key: key ?? null };
  if (operation.name !== "upload") return input;
  if (input["name"] === "refused-at-once") throw refuse.SOLD_OUT({ sku: "MUG" });
  let bytes = 0;
  for await (const chunk of input["body"] as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (input["name"] === "refused-midway") throw generalRefuse.PAYLOAD_TOO_LARGE();
  }
  return { name: input["name"], bytes };
}
