import Type, { type TSchema } from "typebox";

/** What a SKU may be: the same as in the catalogue, the cart and quotes. */
export const SKU_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._/-]*$";

export const Sku = Type.String({ minLength: 1, maxLength: 32, pattern: SKU_PATTERN });
export const WarehouseCode = Type.String({ minLength: 1, maxLength: 32, pattern: "^[a-z0-9][a-z0-9-]*$" });
export const Availability = Type.Enum(["in", "low", "out"]);
export const Quantity = Type.Integer({ minimum: 1, maximum: 9_999 });
/** ISO 3166-1 alpha-2. */
export const Country = Type.String({ pattern: "^[A-Z]{2}$" });
export const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
export const Instant = Type.String({ format: "date-time" });
export const OrNull = <const Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** So many of a SKU from one warehouse. */
export const Allocation = Type.Object({ sku: Sku, warehouse: WarehouseCode, quantity: Type.Integer({ minimum: 1 }) });

export const ReservationState = Type.Enum(["held", "pinned", "released", "expired", "dispatched"]);

/** Stock as it stands in one warehouse; available = onHand − allocated. */
export const WarehouseStock = Type.Object({
  warehouse: WarehouseCode,
  onHand: Type.Integer(),
  allocated: Type.Integer(),
  available: Type.Integer(),
});

export const Shortage = Type.Object({ sku: Sku, requested: Type.Integer(), available: Type.Integer() });

export const Movement = Type.Object({
  sku: Sku,
  seq: Type.Integer({ description: "1, 2, 3 … per SKU, without a gap." }),
  warehouse: WarehouseCode,
  kind: Type.Enum(["received", "adjusted", "reserved", "released", "expired", "dispatched", "repaired"]),
  deltaOnHand: Type.Integer(),
  deltaAllocated: Type.Integer(),
  balanceOnHand: Type.Integer(),
  balanceAllocated: Type.Integer(),
  reference: Type.String({ description: "Id of the reservation, shipment, adjustment or warehouse event." }),
  at: Instant,
});

/** Two pieces held for a reservation, for the documentation. */
export const exampleMovement = {
  sku: "85123A",
  seq: 2,
  warehouse: "leicester",
  kind: "reserved",
  deltaOnHand: 0,
  deltaAllocated: 2,
  balanceOnHand: 120,
  balanceAllocated: 2,
  reference: "01939f5e-6a10-7c3e-9b61-3f5d2a4c8e10",
  at: "2026-11-20T10:00:00.000Z",
};

export const Warehouse = Type.Object({
  code: WarehouseCode,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  priority: Type.Integer({ minimum: 0, maximum: 1_000, description: "The lowest is taken from first." }),
  /** null serves every country. */
  countries: OrNull(Type.Array(Country, { minItems: 1, maxItems: 300 })),
});
