import type { Rule } from "./finding.ts";
import type { OperationSnapshot, Schema, Snapshot } from "./snapshot.ts";

const text: Schema = { type: "string", minLength: 1, maxLength: 40 };
const quantity: Schema = { type: "integer", minimum: 1, maximum: 100 };
const state: Schema = { enum: ["open", "confirmed"] };
const object = (properties: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

const operation: Omit<OperationSnapshot, "access" | "path" | "calledBy"> = {
  method: "POST",
  success: 201,
  mayGoOn: false,
  idempotencyKey: "optional",
  body: "json",
  headers: {},
  bodyLimitBytes: 1_000,
  input: object({ sku: text, quantity, note: text, limit: { ...quantity, default: 20 } }, "note", "limit"),
  output: object(
    { state, total: quantity, note: text, lines: { type: "array", items: object({ sku: text }) } },
    "note",
  ),
  refuses: { OUT_OF_STOCK: { status: 409, data: object({ left: quantity, sku: text }, "sku") } },
  more: { keyedBy: "sku", timeoutMs: 500 },
};

/** A release of two operations, one at the edge and one between services, and an event. */
export const released: Snapshot = {
  edgePrefix: "/api/v1",
  general: { NOT_FOUND: { status: 404 } },
  operations: {
    "orders.place": {
      ...operation,
      access: "shopper",
      path: "/orders/:sku",
      calledBy: [],
      headers: { note: "x-note" },
    },
    "stock.take": {
      ...operation,
      access: "service",
      path: "/take",
      calledBy: ["orders"],
      idempotencyKey: "required",
    },
  },
  events: { "orders.Placed.v1": { subject: "orderId", data: object({ orderId: text, state, note: text }, "note") } },
};

/** A change of the release that breaks exactly these rules. */
export type Planting = {
  readonly rule: Rule;
  readonly change: (draft: Draft) => void;
  /** Claims that values valid before are refused after it, or the reverse: generated examples must find it too. */
  readonly isSeen?: true;
};

/** A snapshot that may be changed at any depth. */
export type Draft = {
  edgePrefix: string;
  general: Record<string, { status: number; data?: DraftSchema }>;
  operations: Record<string, DraftOperation>;
  events: Record<string, { subject: string; data: DraftSchema }>;
};
type DraftSchema = { required: string[]; properties: Record<string, Record<string, unknown>> };
type DraftOperation = {
  -readonly [Key in keyof OperationSnapshot]: OperationSnapshot[Key];
} & {
  input: DraftSchema;
  output: DraftSchema;
  refuses: Record<string, { status: number; data: DraftSchema }>;
  headers: Record<string, string>;
  more: Record<string, unknown>;
};

const edge = (change: (place: DraftOperation) => void) => (draft: Draft) => change(draft.operations["orders.place"]!);
const inside = (change: (take: DraftOperation) => void) => (draft: Draft) => change(draft.operations["stock.take"]!);
const event = (change: (data: DraftSchema) => void) => (draft: Draft) => change(draft.events["orders.Placed.v1"]!.data);
const drop = (schema: DraftSchema, name: string) => {
  delete schema.properties[name];
  schema.required = schema.required.filter((one) => one !== name);
};
const demand = (schema: DraftSchema, name: string) => {
  schema.properties[name] ??= { type: "string" };
  schema.required.push(name);
};
const field = (schema: DraftSchema, name: string) => schema.properties[name]!;
const orNull = (schema: DraftSchema, name: string) => {
  schema.properties[name] = { anyOf: [field(schema, name), { type: "null" }] };
};

const addressPlantings: readonly Planting[] = [
  { rule: "edge-moved", change: (draft) => void (draft.edgePrefix = "/api/v2") },
  { rule: "operation-removed", change: (draft) => void delete draft.operations["orders.place"] },
  { rule: "operation-removed", change: (draft) => void delete draft.operations["stock.take"] },
  { rule: "address-changed", change: edge((place) => void (place.path = "/orders/:variant")) },
  { rule: "address-changed", change: edge((place) => void (place.method = "PUT")) },
  { rule: "access-narrowed", change: edge((place) => void (place.access = "customer")) },
  { rule: "access-narrowed", change: edge((place) => void (place.access = "staff")) },
  { rule: "success-changed", change: edge((place) => void (place.success = 200)) },
  { rule: "may-go-on", change: edge((place) => void (place.mayGoOn = true)) },
  { rule: "body-changed", change: edge((place) => void (place.body = "stream")) },
  { rule: "body-limit-lowered", change: edge((place) => void (place.bodyLimitBytes = 999)) },
  { rule: "header-changed", change: edge((place) => void (place.headers["note"] = "x-remark")) },
  { rule: "header-changed", change: edge((place) => void (place.headers["quantity"] = "x-quantity")) },
  { rule: "key-demanded", change: edge((place) => void (place.idempotencyKey = "required")) },
  { rule: "key-dropped", change: edge((place) => void (place.idempotencyKey = "none")) },
  { rule: "more-changed", change: edge((place) => void (place.more["keyedBy"] = "quantity")) },
  { rule: "more-changed", change: edge((place) => void delete place.more["keyedBy"]) },
];

const refusalPlantings: readonly Planting[] = [
  { rule: "refusal-status-changed", change: edge((place) => void (place.refuses["OUT_OF_STOCK"]!.status = 422)) },
  { rule: "refusal-status-changed", change: (draft) => void (draft.general["NOT_FOUND"]!.status = 410) },
  {
    rule: "refusal-status-added",
    change: edge((place) => void (place.refuses["GONE"] = { status: 410, data: { required: [], properties: {} } })),
  },
  {
    rule: "refusal-unknown-to-callers",
    change: inside((take) => void (take.refuses["FROZEN"] = { status: 409, data: { required: [], properties: {} } })),
  },
  {
    rule: "refusal-required",
    change: edge((place) => drop(place.refuses["OUT_OF_STOCK"]!.data, "left")),
    isSeen: true,
  },
  { rule: "refusal-absent", change: edge((place) => drop(place.refuses["OUT_OF_STOCK"]!.data, "sku")) },
  {
    rule: "refusal-values",
    change: edge((place) => orNull(place.refuses["OUT_OF_STOCK"]!.data, "left")),
    isSeen: true,
  },
];

const inputPlantings: readonly Planting[] = [
  { rule: "input-required", change: edge((place) => demand(place.input, "market")), isSeen: true },
  { rule: "input-required", change: edge((place) => demand(place.input, "note")), isSeen: true },
  { rule: "input-unknown", change: edge((place) => drop(place.input, "note")), isSeen: true },
  { rule: "input-unknown", change: inside((take) => drop(take.input, "note")) },
  { rule: "input-default", change: edge((place) => void (field(place.input, "limit")["default"] = 50)) },
  {
    rule: "input-values",
    change: edge((place) => void (field(place.input, "sku")["pattern"] = "^[A-Z]+$")),
    isSeen: true,
  },
  { rule: "input-values", change: edge((place) => void (field(place.input, "sku")["format"] = "uuid")), isSeen: true },
  { rule: "input-values", change: edge((place) => void (field(place.input, "sku")["maxLength"] = 39)), isSeen: true },
  { rule: "input-values", change: edge((place) => void (field(place.input, "sku")["minLength"] = 2)), isSeen: true },
  {
    rule: "input-values",
    change: edge((place) => void (field(place.input, "quantity")["maximum"] = 99)),
    isSeen: true,
  },
  {
    rule: "input-values",
    change: edge((place) => void (field(place.input, "quantity")["type"] = "string")),
    isSeen: true,
  },
  {
    rule: "input-values",
    change: edge((place) => void (place.input.properties["sku"] = { enum: ["A", "B"] })),
    isSeen: true,
  },
  { rule: "input-values", change: edge((place) => void (field(place.input, "sku")["contentEncoding"] = "base64")) },
];

const outputPlantings: readonly Planting[] = [
  { rule: "output-required", change: edge((place) => drop(place.output, "total")), isSeen: true },
  {
    rule: "output-required",
    change: edge((place) => void (place.output.required = ["state", "lines"])),
    isSeen: true,
  },
  { rule: "output-absent", change: edge((place) => drop(place.output, "note")) },
  { rule: "output-values", change: edge((place) => orNull(place.output, "total")), isSeen: true },
  {
    rule: "output-values",
    change: edge((place) => void (field(place.output, "total")["maximum"] = 101)),
    isSeen: true,
  },
  {
    rule: "output-values",
    change: edge((place) => void delete field(place.output, "note")["maxLength"]),
    isSeen: true,
  },
  {
    rule: "output-values",
    change: edge((place) => void (place.output.properties["state"] = { enum: ["open", "confirmed", "held"] })),
    isSeen: true,
  },
  {
    rule: "output-required",
    change: edge((place) => void (field(place.output, "lines")["items"] = { type: "object", properties: {} })),
    isSeen: true,
  },
];

const rolloutPlantings: readonly Planting[] = [
  { rule: "new-caller-required", change: inside((take) => void (take.idempotencyKey = "optional")) },
  { rule: "new-caller-required", change: inside((take) => void (take.input.required = ["quantity"])), isSeen: true },
  {
    rule: "new-caller-values",
    change: inside((take) => void (field(take.input, "quantity")["maximum"] = 200)),
    isSeen: true,
  },
  { rule: "old-answer-required", change: inside((take) => demand(take.output, "warehouse")), isSeen: true },
  {
    rule: "old-answer-values",
    change: inside((take) => void (field(take.output, "total")["maximum"] = 50)),
    isSeen: true,
  },
];

const eventPlantings: readonly Planting[] = [
  { rule: "event-removed", change: (draft) => void delete draft.events["orders.Placed.v1"] },
  { rule: "event-subject-changed", change: (draft) => void (draft.events["orders.Placed.v1"]!.subject = "state") },
  { rule: "kept-event-required", change: event((data) => demand(data, "market")), isSeen: true },
  {
    rule: "kept-event-values",
    change: event((data) => void (data.properties["state"] = { enum: ["open"] })),
    isSeen: true,
  },
  { rule: "new-event-required", change: event((data) => void (data.required = ["orderId"])), isSeen: true },
  { rule: "new-event-absent", change: event((data) => drop(data, "note")) },
  {
    rule: "new-event-values",
    change: event((data) => void (data.properties["state"] = { enum: ["open", "confirmed", "held"] })),
    isSeen: true,
  },
];

/** At least one violation for every rule. */
export const plantings: readonly Planting[] = [
  ...addressPlantings,
  ...refusalPlantings,
  ...inputPlantings,
  ...outputPlantings,
  ...rolloutPlantings,
  ...eventPlantings,
];

/** Changes that only add: nothing may be found, whichever side is old. */
export const harmless: Readonly<Record<string, (draft: Draft) => void>> = {
  "an operation and an event are added": (draft) => {
    draft.operations["orders.undo"] = structuredClone(draft.operations["orders.place"]!);
    draft.events["orders.Undone.v1"] = structuredClone(draft.events["orders.Placed.v1"]!);
  },
  "optional fields are added everywhere": (draft) => {
    for (const { input, output, refuses } of Object.values(draft.operations))
      for (const schema of [input, output, refuses["OUT_OF_STOCK"]!.data])
        schema.properties["gift"] = { type: "boolean" };
    draft.events["orders.Placed.v1"]!.data.properties["gift"] = { type: "boolean" };
  },
  "an operation at the edge answers one more field": edge((place) => demand(place.output, "market")),
  "an operation at the edge takes more than before": edge((place) => {
    place.input.required = ["quantity"];
    field(place.input, "sku")["maxLength"] = 100;
    field(place.input, "quantity")["maximum"] = 1_000;
    place.bodyLimitBytes = 2_000;
  }),
  "an operation at the edge answers less than it might": edge((place) => {
    place.output.properties["state"] = { enum: ["open"] };
    place.output.required.push("note");
    field(place.output, "total")["maximum"] = 50;
  }),
  "an operation admits more": edge((place) => void (place.access = "anyone")),
  "a refusal is gone": inside((take) => void delete take.refuses["OUT_OF_STOCK"]),
  "a refusal is added at the edge, with a status that was there": edge(
    (place) => void (place.refuses["FROZEN"] = { status: 409, data: { required: [], properties: {} } }),
  ),
  "it may take longer": inside((take) => void (take.more["timeoutMs"] = 900)),
};
