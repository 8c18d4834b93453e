import Type, { type Static } from "typebox";
import { defineContract } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { Currency, Money } from "#kernel/money";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";

const Country = Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2 code" });
const Code = Type.String({ minLength: 1, maxLength: 64 });
const TrackingCode = Type.String({ minLength: 4, maxLength: 64, pattern: "^[A-Za-z0-9-]+$" });
const At = Type.String({ format: "date-time" });

/** `pending → picked → dispatched → in_transit → delivered`; `returned` and `cancelled` are ends. */
export const ShipmentState = Type.Enum([
  "pending",
  "picked",
  "dispatched",
  "in_transit",
  "delivered",
  "returned",
  "cancelled",
]);
export type ShipmentState = Static<typeof ShipmentState>;

export const refuse = defineRefusals({
  SHIPMENT_NOT_FOUND: {
    status: 404,
    title: "There is no such shipment.",
    advice: "Choose an id that the list of shipments has.",
    data: Type.Object({ shipmentId: IdOf("shipment") }),
  },
  SHIPMENT_ID_REUSED: {
    status: 409,
    title: "This shipment id was used for other goods.",
    advice: "Make a new id for other goods; to repeat a shipment, send it unchanged.",
    data: Type.Object({ shipmentId: IdOf("shipment") }),
  },
  SHIPMENTS_CANCELLED: {
    status: 409,
    title: "The shipments of this order were cancelled.",
    advice: "Do not repeat; nothing of this order is sent any more.",
    data: Type.Object({ orderId: IdOf("order") }),
  },
  SHIPMENT_ALREADY_DISPATCHED: {
    status: 409,
    title: "The goods are on their way already.",
    advice: "Do not repeat; wait for the parcel to be delivered or to come back.",
    data: Type.Object({ orderId: IdOf("order"), shipmentId: IdOf("shipment") }),
  },
  SHIPMENT_STATE_CONFLICT: {
    status: 409,
    title: "A shipment in this state does not allow that.",
    advice: "Read the shipment: what `state` says has happened already.",
    data: Type.Object({ shipmentId: IdOf("shipment"), state: ShipmentState }),
  },
  RATES_NOT_FOUND: {
    status: 404,
    title: "There are no rates in this currency.",
    advice: "Choose a currency that has rates, or put rates for it.",
    data: Type.Object({ currency: Currency }),
  },
  RATES_CHANGED: {
    status: 409,
    title: "Somebody else changed these rates meanwhile.",
    advice: "Read the rates, apply your change to them, and repeat with their `version` as `expectedVersion`.",
    data: Type.Object({ currency: Currency, version: Type.Integer() }),
  },
});

/** Where a parcel goes. Personal data: kept by this service only, never in an event or a log. */
export const Address = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    company: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    line1: Type.String({ minLength: 1, maxLength: 255 }),
    line2: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    city: Type.String({ minLength: 1, maxLength: 255 }),
    region: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    postcode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
    country: Country,
    phone: Type.Optional(Type.String({ minLength: 3, maxLength: 32 })),
  },
  { $id: "Address" },
);
export type Address = Readonly<Static<typeof Address>>;

/** Goods in a parcel and the warehouse that they leave. */
const ShipmentLine = Type.Object({
  sku: Type.String({ minLength: 1, maxLength: 32 }),
  warehouse: Code,
  quantity: Type.Integer({ minimum: 1, maximum: 9_999_000 }),
});

export const Shipment = Type.Object(
  {
    shipmentId: IdOf("shipment"),
    orderId: IdOf("order"),
    reservationId: IdOf("reservation"),
    state: ShipmentState,
    method: Code,
    country: Country,
    lines: Type.Array(ShipmentLine),
    /** Null until dispatched; the carrier also when nobody told it. */
    carrier: Type.Union([Type.String(), Type.Null()]),
    trackingCode: Type.Union([Type.String(), Type.Null()]),
    createdAt: At,
    /** What happened to it, oldest first; ends with the present state. */
    history: Type.Array(Type.Object({ state: ShipmentState, at: At, note: Type.Union([Type.String(), Type.Null()]) })),
  },
  { $id: "Shipment" },
);
export type Shipment = Readonly<Static<typeof Shipment>>;

const ShipmentWithAddress = Type.Object({ ...Shipment.properties, address: Address });

const ShippingMethod = Type.Object({
  method: Code,
  title: Type.String(),
  price: Money,
  estimatedDays: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
});

/** The rates of one currency: zones of countries, and what each way costs by weight. */
export const RateTable = Type.Object(
  {
    currency: Currency,
    /** A country is in the first zone that names it; `*` is every other country. */
    zones: Type.Array(
      Type.Object({
        zone: Code,
        countries: Type.Array(Type.String({ pattern: "^([A-Z]{2}|\\*)$" }), { minItems: 1, maxItems: 250 }),
        methods: Type.Array(
          Type.Object({
            method: Code,
            /** By language, `en` being the fallback. */
            titles: Type.Record(
              Type.String({ pattern: "^[a-z]{2,3}$" }),
              Type.String({ minLength: 1, maxLength: 255 }),
            ),
            estimatedDays: Type.Object({
              min: Type.Integer({ minimum: 0, maximum: 365 }),
              max: Type.Integer({ minimum: 0, maximum: 365 }),
            }),
            /** Price of one parcel up to a weight. Heavier goods go in several parcels of the heaviest kind. */
            bands: Type.Array(
              Type.Object({
                upToGrams: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
                amountMinor: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
              }),
              { minItems: 1, maxItems: 50 },
            ),
          }),
          { minItems: 1, maxItems: 20 },
        ),
      }),
      { minItems: 1, maxItems: 50 },
    ),
  },
  { $id: "RateTable" },
);
export type RateTable = Readonly<Static<typeof RateTable>>;
const VersionedRateTable = Type.Object({ ...RateTable.properties, version: Type.Integer({ minimum: 1 }) });

const ById = { shipmentId: IdOf("shipment") } as const;
const Note = Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: "No personal data." }));
const someShipment = { shipmentId: "0199d0c0-0000-7000-8000-000000000001" };
const moves = [refuse.SHIPMENT_NOT_FOUND, refuse.SHIPMENT_STATE_CONFLICT];

export const shipping = defineContract("shipping", {
  quoteRates: {
    method: "GET",
    path: "/shipping/rates",
    summary: "The ways to ship a weight to a country with their prices, cheapest first; [] when there is none.",
    access: "service",
    input: Type.Object({
      country: Country,
      weightGrams: Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }),
      currency: Currency,
    }),
    output: Type.Object({ methods: Type.Array(ShippingMethod) }),
    example: {
      input: { country: "GB", weightGrams: 750, currency: "GBP" },
      output: {
        methods: [
          {
            method: "standard",
            title: "Standard delivery",
            price: { amountMinor: 395, currency: "GBP" },
            estimatedDays: { min: 2, max: 3 },
          },
        ],
      },
    },
  },
  createShipment: {
    method: "POST",
    path: "/shipments",
    keyedBy: "shipmentId",
    summary: "Asks for goods to be sent. Safe to repeat with the same shipmentId: answers the shipment as it is now.",
    access: "service",
    success: 201,
    input: Type.Object({
      ...ById,
      orderId: IdOf("order"),
      reservationId: IdOf("reservation"),
      method: Code,
      address: Address,
      lines: Type.Array(ShipmentLine, { minItems: 1, maxItems: 10_000 }),
    }),
    output: Shipment,
    bodyLimitBytes: 4 * 1024 * 1024,
    refuses: [refuse.SHIPMENTS_CANCELLED, refuse.SHIPMENT_ID_REUSED],
  },
  cancelShipments: {
    method: "POST",
    path: "/shipments/cancel",
    keyedBy: "orderId",
    summary:
      "Cancels every shipment of an order, also those that would be created later. All or nothing; safe to repeat.",
    access: "service",
    input: Type.Object({ orderId: IdOf("order") }),
    output: Type.Object({ orderId: IdOf("order"), cancelled: Type.Array(IdOf("shipment")) }),
    refuses: [refuse.SHIPMENT_ALREADY_DISPATCHED],
  },
  listShipments: {
    method: "GET",
    path: "/shipments",
    summary: "Shipments, newest first, without addresses; of one order or in one state when told.",
    access: "staff",
    input: Type.Object({
      orderId: Type.Optional(IdOf("order")),
      state: Type.Optional(ShipmentState),
      ...PageRequest,
    }),
    output: PageOf(Shipment),
  },
  getShipment: {
    method: "GET",
    path: "/shipments/:shipmentId",
    summary: "One shipment with the address that it goes to.",
    access: "staff",
    input: Type.Object(ById),
    output: ShipmentWithAddress,
    refuses: [refuse.SHIPMENT_NOT_FOUND],
    example: { input: someShipment },
  },
  pickShipment: {
    method: "POST",
    path: "/shipments/:shipmentId/pick",
    keyedBy: "shipmentId",
    summary: "The goods are collected and packed. Safe to repeat.",
    access: "staff",
    input: Type.Object({ ...ById, note: Note }),
    output: Shipment,
    refuses: moves,
    example: { input: someShipment },
  },
  dispatchShipment: {
    method: "POST",
    path: "/shipments/:shipmentId/dispatch",
    keyedBy: "shipmentId",
    summary: "The parcel left the warehouse. Safe to repeat with the same tracking code.",
    description: "Without `trackingCode` one is made in the form of the Universal Postal Union's S10 standard.",
    access: "staff",
    input: Type.Object({
      ...ById,
      carrier: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      trackingCode: Type.Optional(TrackingCode),
      note: Note,
    }),
    output: Shipment,
    refuses: moves,
    example: { input: { ...someShipment, carrier: "Royal Mail", trackingCode: "TP473124829GB" } },
  },
  markInTransit: {
    method: "POST",
    path: "/shipments/:shipmentId/in-transit",
    keyedBy: "shipmentId",
    summary: "The carrier has the parcel on its way. Safe to repeat.",
    access: "staff",
    input: Type.Object({ ...ById, note: Note }),
    output: Shipment,
    refuses: moves,
    example: { input: someShipment },
  },
  markDelivered: {
    method: "POST",
    path: "/shipments/:shipmentId/deliver",
    keyedBy: "shipmentId",
    summary: "The parcel arrived. Safe to repeat.",
    access: "staff",
    input: Type.Object({ ...ById, note: Note }),
    output: Shipment,
    refuses: moves,
    example: { input: someShipment },
  },
  markReturned: {
    method: "POST",
    path: "/shipments/:shipmentId/return",
    keyedBy: "shipmentId",
    summary: "The parcel came back. Safe to repeat.",
    access: "staff",
    input: Type.Object({ ...ById, note: Note }),
    output: Shipment,
    refuses: moves,
    example: { input: { ...someShipment, note: "Nobody at home, three tries." } },
  },
  getRates: {
    method: "GET",
    path: "/shipping/rates/:currency",
    summary: "The rate table of one currency.",
    access: "staff",
    input: Type.Object({ currency: Currency }),
    output: VersionedRateTable,
    refuses: [refuse.RATES_NOT_FOUND],
    example: { input: { currency: "GBP" } },
  },
  putRates: {
    method: "PUT",
    path: "/shipping/rates/:currency",
    summary: "Replaces the rate table of one currency. Safe to repeat: the same table again changes nothing.",
    access: "staff",
    input: Type.Object({
      ...RateTable.properties,
      /** The version this change is based on; 0 for a new table. Not checked unless told. */
      expectedVersion: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    }),
    output: VersionedRateTable,
    refuses: [refuse.RATES_CHANGED],
  },
});
