import Type from "typebox";
import { defineContract, type Operation } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { defineRefusals, refuse as generalRefuse } from "#kernel/refusal";
import { defineService } from "./service.ts";

// Three services whose operations take every kind of input; runtime.db.test.ts calls them in every way.
export const CARD = "4111111111111111";
export const refuse = defineRefusals({
  SOLD_OUT: {
    status: 409,
    title: "Sold out.",
    advice: "Come again.",
    data: Type.Object({ sku: Type.String(), left: Type.Integer() }),
  },
  SHUT: { status: 422, title: "Shut today.", advice: "Come tomorrow." },
});
const others = defineRefusals({ NOT_OURS: { status: 409, title: `About ${CARD}.`, advice: "Come again." } });
const Echo = Type.Object({ received: Type.Unknown() });
export const open = { access: "anyone", summary: "", output: Echo } as const;

export const stock = defineContract("stock", {
  find: {
    ...open,
    method: "GET",
    path: "/stock",
    input: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
      isOpen: Type.Optional(Type.Boolean()),
      ids: Type.Optional(Type.Array(Type.String(), { maxItems: 3 })),
      note: Type.Optional(Type.String({ maxLength: 30 })),
      sort: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("name")], { default: "newest" })),
    }),
  },
  filter: {
    ...open,
    method: "GET",
    path: "/stock/filter",
    access: "service",
    input: Type.Object({
      where: Type.Object({ sku: Type.String(), depth: Type.Integer({ default: 1 }) }),
      after: Type.Union([Type.String(), Type.Integer(), Type.Null()]),
      ids: Type.Array(Type.String()),
    }),
  },
  put: {
    ...open,
    method: "PUT",
    path: "/stock/:sku/places/:place",
    input: Type.Object({
      sku: Type.String({ minLength: 1, maxLength: 20 }),
      place: Type.Integer({ minimum: 1 }),
      count: Type.Integer({ minimum: 0, default: 1 }),
      tags: Type.Optional(Type.Array(Type.Object({ name: Type.String(), weight: Type.Integer({ default: 3 }) }))),
    }),
  },
  remove: {
    ...open,
    method: "DELETE",
    path: "/stock/:sku",
    input: Type.Object({ sku: Type.String(), reason: Type.Optional(Type.String()) }),
  },
  fail: {
    ...open,
    method: "POST",
    path: "/failures",
    input: Type.Object({ how: Type.String() }),
    refuses: [refuse.SOLD_OUT, refuse.SHUT],
  },
  hang: { ...open, method: "POST", path: "/hang", timeoutMs: 100, input: Type.Object({}) },
  whoAsks: { ...open, method: "GET", path: "/who", access: "service", input: Type.Object({}) },
  maybe: {
    ...open,
    method: "GET",
    path: "/maybe/:kind",
    input: Type.Object({ kind: Type.String() }),
    output: Type.Union([Type.String(), Type.Null(), Type.Array(Type.Integer())]),
  },
  upload: {
    ...open,
    method: "PUT",
    path: "/uploads/:name",
    body: "stream",
    input: Type.Object({ name: Type.String(), from: Type.Integer({ default: 1 }) }),
  },
});
export const catalog = defineContract("catalog", {
  list: { ...open, method: "GET", path: "/products", input: Type.Object({}) },
});
export const stranger = defineContract("stranger", {
  list: { ...open, method: "GET", path: "/strangers", input: Type.Object({}) },
});
export const desk = defineContract("desk", {
  ask: {
    ...open,
    method: "POST",
    path: "/ask",
    input: Type.Object({ operation: Type.String(), input: Type.Unknown() }),
    output: Type.Unknown(),
    refuses: [refuse.SOLD_OUT, refuse.SHUT],
  },
});

const failures: Record<string, () => Error> = {
  "with data": () => refuse.SOLD_OUT({ sku: "MUG", left: 0 }),
  "without data": () => refuse.SHUT(),
  generally: () => generalRefuse.NOT_FOUND(),
  undeclared: () => others.NOT_OURS(),
  "by a fault": () => new Error(`no luck with ${CARD}`),
};

const echo = async (input: unknown) => ({ received: input });
export const stockService = defineService({
  name: "stock",
  contract: stock,
  hasDatabase: false,
  operations: {
    find: echo,
    filter: echo,
    put: echo,
    remove: echo,
    fail: async ({ how }) => {
      throw failures[how]!();
    },
    hang: () => new Promise<never>(() => {}),
    whoAsks: async (_, ctx) => {
      const { service, caller, actor, store, market, locale, currency, requestId, traceparent, idempotencyKey } = ctx;
      return {
        received: { service, caller, actor, store, market, locale, currency, requestId, traceparent, idempotencyKey },
      };
    },
    maybe: async ({ kind }) => (kind === "null" ? null : kind === "list" ? [] : kind),
    upload: async ({ name, from, body }) => {
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return { received: { name, from, bytes } };
    },
  },
});

const data = Type.Object({ noteId: Type.String(), text: Type.String() });
export const Noted = defineEvent({ service: "desk", name: "Noted", version: 1, subject: "noteId", summary: "", data });
export const Forgotten = defineEvent({
  service: "desk",
  name: "Forgotten",
  version: 1,
  subject: "noteId",
  summary: "",
  data,
});
const every = new Map(
  [stock, catalog].flatMap((contract) => Object.values(contract) as Operation[]).map((one) => [one.name, one]),
);
export const deskService = defineService({
  name: "desk",
  contract: desk,
  calls: [stock, catalog],
  publishes: [Noted],
  operations: { ask: async ({ operation, input }, ctx) => ctx.call(every.get(operation)!, input as never) },
});
export const doorService = defineService({
  name: "door",
  contract: defineContract("door", {}),
  operations: {},
  hasDatabase: false,
  edge: {
    prefix: "/api",
    admit: async (_, __, ctx) => ({
      actor: { kind: "guest", id: "ada" },
      store: ctx.store,
      market: "gb",
      locale: "en",
      currency: "GBP",
      headers: { "x-admitted": "yes" },
    }),
  },
});
