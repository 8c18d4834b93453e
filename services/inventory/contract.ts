import Type from "typebox";
import { defineContract } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";
import {
  Allocation,
  Availability,
  Count,
  Country,
  Instant,
  Movement,
  OrNull,
  Quantity,
  ReservationState,
  Shortage,
  Sku,
  Warehouse,
  WarehouseCode,
  WarehouseStock,
  exampleMovement,
} from "./stock-schema.ts";

/** Above this, a shopper is told "more than so many", not how many. */
export const SHOWN_AT_MOST = 20;

const reservationId = IdOf("reservation");
const ofReservation = Type.Object({ reservationId });
const reserveAgain = { status: 409, advice: "Reserve again under a new reservationId.", data: ofReservation } as const;

export const refuse = defineRefusals({
  INSUFFICIENT_STOCK: {
    status: 409,
    title: "Insufficient stock.",
    advice: "Offer what `short` tells to be available, and reserve that under a new reservationId.",
    data: Type.Object({ sku: Sku, available: Type.Integer(), short: Type.Array(Shortage) }),
  },
  RESERVATION_NOT_FOUND: {
    status: 404,
    title: "There is no such reservation.",
    advice: "Reserve first, or check the id.",
    data: ofReservation,
  },
  RESERVATION_RELEASED: { ...reserveAgain, title: "This reservation was released." },
  RESERVATION_EXPIRED: { ...reserveAgain, title: "This reservation expired." },
  SKU_NOT_FOUND: {
    status: 404,
    title: "No stock was ever kept of this SKU.",
    advice: "Check the SKU; its first receipt or adjustment makes it known.",
    data: Type.Object({ sku: Sku }),
  },
  WAREHOUSE_NOT_FOUND: {
    status: 422,
    title: "There is no such warehouse.",
    advice: "Choose a code that the list of warehouses has, or make the warehouse first.",
    data: Type.Object({ warehouse: Type.String() }),
  },
  STOCK_BELOW_ALLOCATED: {
    status: 409,
    title: "That would leave less on hand than is promised to orders.",
    advice: "Cancel or dispatch what is promised first, or adjust to `allocated` at the least.",
    data: Type.Object({ sku: Sku, warehouse: WarehouseCode, onHand: Type.Integer(), allocated: Type.Integer() }),
  },
  ADJUSTMENT_REUSED: {
    status: 422,
    title: "This adjustmentId was used for another adjustment.",
    advice: "Make a new id for a new adjustment; to repeat one, send it unchanged.",
    data: Type.Object({ adjustmentId: IdOf("adjustment") }),
  },
  WAREHOUSE_EVENT_REUSED: {
    status: 422,
    title: "This warehouseEventId was used for another event.",
    advice: "Make a new id for a new event; to repeat one, send it unchanged.",
    data: Type.Object({ warehouseEventId: IdOf("warehouseEvent") }),
  },
});

const ids = { reservationId: "01939f5e-6a10-7c3e-9b61-3f5d2a4c8e10", orderId: "01939f5e-6a0f-7a11-8d2c-5b7e9f1a2c34" };
const ofExample = { reservationId: ids.reservationId };
const taken = { sku: "85123A", warehouse: "leicester", quantity: 2 };
const expiresAt = "2026-11-20T10:10:00.000Z";
const createdAt = "2026-11-20T10:00:00.000Z";
const inLeicester = { warehouse: "leicester", onHand: 120, allocated: 2, available: 118 };
const adjustmentId = "01939f5e-6a20-7000-8000-000000000001";
const warehouseEventId = "01939f5e-6a30-7000-8000-000000000001";
const byReservation = { method: "POST", access: "service", keyedBy: "reservationId", timeoutMs: 5_000 } as const;
const leicester = { code: "leicester", name: "Leicester", priority: 1 };

export const inventory = defineContract("inventory", {
  reserve: {
    ...byReservation,
    path: "/reserve",
    summary: "Holds stock for an order, all of it or nothing, until it expires or is pinned.",
    description:
      "Safe to repeat: the same reservationId gets the same answer and never a second hold. Quantities of one SKU are added up. " +
      "Goods come from one warehouse where one has them all, else from few, by priority; `country` leaves out warehouses that do not serve it. After an unknown outcome call release.",
    input: Type.Object({
      reservationId,
      orderId: IdOf("order"),
      lines: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }), { minItems: 1, maxItems: 1_000 }),
      ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400, default: 600 })),
      country: Type.Optional(Country),
    }),
    output: Type.Object({
      reservationId,
      state: Type.Enum(["held", "pinned"]),
      expiresAt: Instant,
      allocations: Type.Array(Allocation),
    }),
    refuses: [refuse.INSUFFICIENT_STOCK, refuse.RESERVATION_RELEASED, refuse.RESERVATION_EXPIRED],
    example: {
      input: { ...ids, lines: [{ sku: "85123A", quantity: 2 }], ttlSeconds: 600 },
      output: { ...ofExample, state: "held", expiresAt, allocations: [taken] },
    },
  },
  pin: {
    ...byReservation,
    path: "/pin",
    summary: "Makes a held reservation permanent: it no longer expires. Safe to repeat.",
    input: ofReservation,
    output: Type.Object({ reservationId, state: Type.Literal("pinned") }),
    refuses: [refuse.RESERVATION_EXPIRED, refuse.RESERVATION_NOT_FOUND, refuse.RESERVATION_RELEASED],
    example: { input: ofExample, output: { ...ofExample, state: "pinned" } },
  },
  release: {
    ...byReservation,
    path: "/release",
    summary: "Frees what a reservation (held or pinned) still holds. Always succeeds; safe to repeat.",
    description:
      "An unknown reservationId is recorded as released, so that a reserve that arrives late is refused. Goods already dispatched stay " +
      "dispatched; the answer tells the state afterwards.",
    input: ofReservation,
    output: Type.Object({ reservationId, state: Type.Enum(["released", "expired", "dispatched"]) }),
    example: { input: ofExample, output: { ...ofExample, state: "released" } },
  },
  getReservation: {
    method: "GET",
    path: "/reservations/:reservationId",
    access: "staff",
    summary: "A reservation: its state, what was promised and what of it is still to be dispatched.",
    input: ofReservation,
    output: Type.Object({
      reservationId,
      orderId: OrNull(IdOf("order")),
      state: ReservationState,
      allocations: Type.Array(Allocation),
      open: Type.Array(Allocation, { description: "Still allocated; empty once released or wholly dispatched." }),
      expiresAt: OrNull(Instant),
      createdAt: Instant,
    }),
    refuses: [refuse.RESERVATION_NOT_FOUND],
    example: {
      input: ofExample,
      output: { ...ids, state: "pinned", allocations: [taken], open: [taken], expiresAt, createdAt },
    },
  },
  getReservationStates: {
    method: "POST",
    path: "/reservations/states",
    access: "service",
    summary:
      "Where some reservations stand, and how many pieces each still holds. Unknown ones are left out. For audits.",
    input: Type.Object({ reservationIds: Type.Array(reservationId, { minItems: 1, maxItems: 100 }) }),
    output: Type.Object({
      reservations: Type.Array(
        Type.Object({
          reservationId,
          state: ReservationState,
          heldQuantity: Type.Integer({ minimum: 0 }),
          updatedAt: Instant,
        }),
      ),
    }),
    example: {
      input: { reservationIds: [ids.reservationId] },
      output: { reservations: [{ ...ofExample, state: "pinned", heldQuantity: 2, updatedAt: createdAt }] },
    },
  },
  getStock: {
    method: "GET",
    path: "/stock/:sku",
    access: "anyone",
    summary: `How much of a SKU can be bought: exact up to ${SHOWN_AT_MOST}, then "at least".`,
    input: Type.Object({ sku: Sku }),
    output: Type.Object({
      sku: Sku,
      availability: Availability,
      available: Type.Integer({ minimum: 0, maximum: SHOWN_AT_MOST }),
      isAtLeast: Type.Boolean({ description: "True when there are more than `available`." }),
    }),
    refuses: [refuse.SKU_NOT_FOUND],
    example: {
      input: { sku: "85123A" },
      output: { sku: "85123A", availability: "low", available: 4, isAtLeast: false },
    },
  },
  getAvailability: {
    method: "POST",
    path: "/availability",
    isRepeatable: true,
    access: "service",
    summary: "What is available of many SKUs, exactly. Every SKU asked for is answered once; an unknown one is out.",
    input: Type.Object({ skus: Type.Array(Sku, { maxItems: 1_000 }) }),
    output: Type.Object({
      items: Type.Array(Type.Object({ sku: Sku, availability: Availability, available: Type.Integer() })),
    }),
    example: {
      input: { skus: ["unknown"] },
      output: { items: [{ sku: "unknown", availability: "out", available: 0 }] },
    },
  },
  exportAvailability: {
    method: "GET",
    path: "/availability",
    access: "service",
    summary: "The present availability of every SKU, page by page: where a new listener of AvailabilityChanged starts.",
    input: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 1_000 })),
      cursor: PageRequest.cursor,
    }),
    output: PageOf(Type.Object({ sku: Sku, availability: Availability, version: Type.Integer() })),
    example: {
      input: { limit: 1 },
      output: { items: [{ sku: "10002", availability: "in", version: 7 }], nextCursor: "WyIxMDAwMiJd" },
    },
  },
  getStockDetail: {
    method: "GET",
    path: "/stock/:sku/warehouses",
    access: "staff",
    summary: "Stock of a SKU per warehouse, with its low threshold.",
    input: Type.Object({ sku: Sku }),
    output: Type.Object({
      sku: Sku,
      availability: Availability,
      available: Type.Integer(),
      lowThreshold: Type.Integer(),
      hasOwnThreshold: Type.Boolean({ description: "False: the shop's default applies." }),
      warehouses: Type.Array(WarehouseStock),
    }),
    refuses: [refuse.SKU_NOT_FOUND],
    example: {
      input: { sku: "85123A" },
      output: {
        sku: "85123A",
        availability: "in",
        available: 118,
        lowThreshold: 5,
        hasOwnThreshold: false,
        warehouses: [inLeicester],
      },
    },
  },
  adjustStock: {
    method: "POST",
    path: "/stock/adjustments",
    keyedBy: "adjustmentId",
    access: "staff",
    summary: "Corrects what is on hand: by a difference, or to a counted number. All lines or none.",
    description:
      "Each line has exactly one of `delta` and `onHand`; a SKU and warehouse appear once. Creates what is not kept yet. Safe to " +
      "repeat with the same adjustmentId.",
    input: Type.Object({
      adjustmentId: IdOf("adjustment"),
      reason: Type.String({ minLength: 1, maxLength: 200 }),
      lines: Type.Array(
        Type.Object({
          sku: Sku,
          warehouse: WarehouseCode,
          delta: Type.Optional(Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
          onHand: Type.Optional(Count),
        }),
        { minItems: 1, maxItems: 1_000 },
      ),
    }),
    output: Type.Object({
      adjustmentId: IdOf("adjustment"),
      lines: Type.Array(Type.Object({ sku: Sku, ...WarehouseStock.properties })),
    }),
    refuses: [refuse.WAREHOUSE_NOT_FOUND, refuse.STOCK_BELOW_ALLOCATED, refuse.ADJUSTMENT_REUSED],
    example: {
      input: { adjustmentId, reason: "cycle count", lines: [{ sku: "85123A", warehouse: "leicester", onHand: 120 }] },
      output: { adjustmentId, lines: [{ sku: "85123A", ...inLeicester }] },
    },
  },
  setLowThreshold: {
    method: "PUT",
    path: "/stock/:sku/low-threshold",
    access: "staff",
    summary: "Sets at how many available a SKU counts as low; null goes back to the shop's default.",
    input: Type.Object({ sku: Sku, lowThreshold: OrNull(Count) }),
    output: Type.Object({ sku: Sku, lowThreshold: Type.Integer(), availability: Availability }),
    refuses: [refuse.SKU_NOT_FOUND],
    example: {
      input: { sku: "85123A", lowThreshold: 12 },
      output: { sku: "85123A", lowThreshold: 12, availability: "in" },
    },
  },
  listLowStock: {
    method: "GET",
    path: "/low-stock",
    access: "staff",
    summary: "SKUs that are low or out, by SKU.",
    input: Type.Object({ availability: Type.Optional(Type.Enum(["low", "out"])), ...PageRequest }),
    output: PageOf(
      Type.Object({
        sku: Sku,
        availability: Availability,
        available: Type.Integer(),
        lowThreshold: Type.Integer(),
        since: Instant,
      }),
    ),
    example: {
      input: { availability: "low", limit: 1 },
      output: {
        items: [{ sku: "85123A", availability: "low", available: 4, lowThreshold: 5, since: createdAt }],
        nextCursor: null,
      },
    },
  },
  listMovements: {
    method: "GET",
    path: "/stock/:sku/movements",
    access: "staff",
    summary:
      "The ledger of a SKU, newest first: every change of what is on hand or allocated, with the balances after it.",
    input: Type.Object({ sku: Sku, ...PageRequest }),
    output: PageOf(Movement),
    example: {
      input: { sku: "85123A", limit: 1 },
      output: { items: [exampleMovement], nextCursor: "WzJd" },
    },
  },
  recordWarehouseEvent: {
    method: "POST",
    path: "/warehouse-events",
    keyedBy: "warehouseEventId",
    access: "staff",
    summary: "Tells that a warehouse took goods in; they count as on hand once the event was heard.",
    description: "Queued: the answer is `queued` until it is applied. Safe to repeat with the same warehouseEventId.",
    input: Type.Object({
      warehouseEventId: IdOf("warehouseEvent"),
      kind: Type.Literal("goods_received"),
      warehouse: WarehouseCode,
      occurredAt: Instant,
      lines: Type.Array(Type.Object({ sku: Sku, quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }), {
        minItems: 1,
        maxItems: 1_000,
      }),
    }),
    output: Type.Object({ warehouseEventId: IdOf("warehouseEvent"), state: Type.Enum(["queued", "applied"]) }),
    isAccepted: (output: { state: string }) => output.state === "queued",
    refuses: [refuse.WAREHOUSE_NOT_FOUND, refuse.WAREHOUSE_EVENT_REUSED],
    example: {
      input: {
        warehouseEventId,
        kind: "goods_received",
        warehouse: "leicester",
        occurredAt: "2026-11-20T08:30:00Z",
        lines: [{ sku: "85123A", quantity: 200 }],
      },
      output: { warehouseEventId, state: "queued" },
    },
  },
  putWarehouse: {
    method: "PUT",
    path: "/warehouses/:code",
    access: "staff",
    summary: "Creates or changes a warehouse. Safe to repeat.",
    input: Type.Object({
      code: WarehouseCode,
      name: Warehouse.properties.name,
      priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000, default: 100 })),
      countries: Type.Optional(Warehouse.properties.countries),
    }),
    output: Warehouse,
    example: { input: leicester, output: { ...leicester, countries: null } },
  },
  listWarehouses: {
    method: "GET",
    path: "/warehouses",
    access: "staff",
    summary: "All warehouses (at most 1,000), the one taken from first at the top.",
    input: Type.Object({}),
    output: Type.Object({ warehouses: Type.Array(Warehouse) }),
    example: {
      input: {},
      output: { warehouses: [{ ...leicester, countries: null }] },
    },
  },
});
