import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { IdOf } from "#kernel/id";
import { Currency } from "#kernel/money";

const shipment = {
  orderId: IdOf("order"),
  shipmentId: IdOf("shipment"),
  reservationId: IdOf("reservation"),
  method: Type.String(),
  country: Type.String(),
  lines: Type.Array(Type.Object({ sku: Type.String(), warehouse: Type.String(), quantity: Type.Integer() })),
} as const;
const tracked = {
  ...shipment,
  carrier: Type.Union([Type.String(), Type.Null()]),
  trackingCode: Type.Union([Type.String(), Type.Null()]),
} as const;
const At = Type.String({ format: "date-time" });

const shipmentFields = {
  orderId: "The order; all its shipments are one subject.",
  shipmentId: "The shipment.",
  reservationId: "The reservation that its goods are taken from.",
  method: "How it is sent.",
  country: "Where it goes.",
  lines: "How many of which SKU, from which warehouse.",
} as const;
const trackedFields = {
  ...shipmentFields,
  carrier: "Who carries it; null when nobody was named.",
  trackingCode: "The carrier's code; null when there is none.",
} as const;

export const ShipmentCreated = defineEvent({
  service: "shipping",
  name: "ShipmentCreated",
  version: 1,
  subject: "orderId",
  summary: "Goods of an order are to be sent.",
  data: Type.Object({ ...shipment, createdAt: At }),
  fields: { ...shipmentFields, createdAt: "When it was made." },
});

export const ShipmentDispatched = defineEvent({
  service: "shipping",
  name: "ShipmentDispatched",
  version: 1,
  subject: "orderId",
  summary: "The goods left their warehouses: they are no longer on hand.",
  data: Type.Object({ ...tracked, dispatchedAt: At }),
  fields: { ...trackedFields, dispatchedAt: "When it left." },
});

export const ShipmentDelivered = defineEvent({
  service: "shipping",
  name: "ShipmentDelivered",
  version: 1,
  subject: "orderId",
  summary: "The parcel arrived.",
  data: Type.Object({ ...tracked, deliveredAt: At }),
  fields: { ...trackedFields, deliveredAt: "When it arrived." },
});

export const ShipmentReturned = defineEvent({
  service: "shipping",
  name: "ShipmentReturned",
  version: 1,
  subject: "orderId",
  summary: "The parcel came back; its goods are not on hand until a warehouse says so.",
  data: Type.Object({ ...tracked, returnedAt: At }),
  fields: { ...trackedFields, returnedAt: "When it was back." },
});

export const ShipmentCancelled = defineEvent({
  service: "shipping",
  name: "ShipmentCancelled",
  version: 1,
  subject: "orderId",
  summary: "The goods will not be sent.",
  data: Type.Object({ ...shipment, cancelledAt: At }),
  fields: { ...shipmentFields, cancelledAt: "When it was cancelled." },
});

export const RatesChanged = defineEvent({
  service: "shipping",
  name: "RatesChanged",
  version: 1,
  subject: "currency",
  summary: "The staff replaced the shipping rates of a currency.",
  data: Type.Object({ currency: Currency, version: Type.Integer() }),
  fields: { currency: "Currency of the rates.", version: "Version of the rates after the change." },
});
