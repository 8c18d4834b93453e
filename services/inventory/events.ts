import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { IdOf } from "#kernel/id";

const Availability = Type.Enum(["in", "low", "out"]);
const Lines = Type.Array(Type.Object({ sku: Type.String(), warehouse: Type.String(), quantity: Type.Integer() }));

const LINES = "How many of which SKU, from which warehouse.";

/** The only event that product lists, search and wishlists need: it does not follow every sale. */
export const AvailabilityChanged = defineEvent({
  service: "inventory",
  name: "AvailabilityChanged",
  version: 1,
  subject: "sku",
  summary: "A SKU crossed a threshold: in stock, low, or out. The subject's version grows; keep the highest.",
  data: Type.Object({
    sku: Type.String(),
    availability: Availability,
    previous: Availability,
    version: Type.Integer({ description: "Grows with every movement of the SKU." }),
  }),
  fields: {
    sku: "The SKU, over all warehouses.",
    availability: "What shoppers are shown from now on.",
    previous: "What they were shown before.",
  },
});

export const StockLow = defineEvent({
  service: "inventory",
  name: "StockLow",
  version: 1,
  subject: "sku",
  summary: "What is available of a SKU fell to its low threshold or below: time to restock.",
  data: Type.Object({
    sku: Type.String(),
    available: Type.Integer(),
    lowThreshold: Type.Integer(),
    warehouses: Type.Array(
      Type.Object({ warehouse: Type.String(), onHand: Type.Integer(), allocated: Type.Integer() }),
    ),
  }),
  fields: {
    sku: "The SKU.",
    available: "Pieces that can still be promised, over all warehouses.",
    lowThreshold: "From how many on it counts as low.",
    warehouses: "What each warehouse has, and what of it is promised.",
  },
});

export const StockReserved = defineEvent({
  service: "inventory",
  name: "StockReserved",
  version: 1,
  subject: "reservationId",
  summary: "Stock is held for an order until `expiresAt`, or for good once pinned.",
  data: Type.Object({
    reservationId: IdOf("reservation"),
    orderId: IdOf("order"),
    lines: Lines,
    expiresAt: Type.String({ format: "date-time" }),
  }),
  fields: {
    reservationId: "The reservation.",
    orderId: "The order that it is for.",
    lines: LINES,
    expiresAt: "When it lets go unless it is pinned.",
  },
});

export const StockReleased = defineEvent({
  service: "inventory",
  name: "StockReleased",
  version: 1,
  subject: "reservationId",
  summary: "What a reservation still held is available again: it was released, or it expired.",
  data: Type.Object({
    reservationId: IdOf("reservation"),
    orderId: IdOf("order"),
    reason: Type.Enum(["released", "expired"]),
    lines: Lines,
  }),
  fields: {
    reservationId: "The reservation.",
    orderId: "The order that it is for.",
    lines: LINES,
    reason: "Let go by its order, or by time.",
  },
});

export const GoodsReceived = defineEvent({
  service: "inventory",
  name: "GoodsReceived",
  version: 1,
  subject: "warehouseEventId",
  summary: "A warehouse took goods in; they are on hand as soon as this is heard.",
  data: Type.Object({
    warehouseEventId: IdOf("warehouseEvent"),
    warehouse: Type.String(),
    lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })),
    occurredAt: Type.String({ format: "date-time" }),
  }),
  fields: {
    warehouseEventId: "The warehouse's own id of what happened; told once.",
    warehouse: "Code of the warehouse.",
    lines: "What came in.",
    occurredAt: "When it came in, by the clock of the warehouse.",
  },
});

export const StockChanged = defineEvent({
  service: "inventory",
  name: "StockChanged",
  version: 1,
  subject: "changeId",
  summary: "What is on hand was changed by a receipt, an adjustment or a repair (not by an order).",
  data: Type.Object({
    changeId: Type.String(),
    cause: Type.Enum(["received", "adjusted", "repaired"]),
    lines: Type.Array(Type.Object({ sku: Type.String(), warehouse: Type.String(), deltaOnHand: Type.Integer() })),
  }),
  fields: {
    changeId: "Id of the receipt, adjustment or repair.",
    cause: "Which of them it was.",
    lines: "By how many pieces each SKU changed in each warehouse.",
  },
});
