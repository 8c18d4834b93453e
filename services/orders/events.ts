import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { IdOf } from "#kernel/id";
import { Currency, Money } from "#kernel/money";

/** Whose order it is: by reference only, never a name or an address. */
const Owner = Type.Object({ kind: Type.Enum(["guest", "customer"]), id: Type.String() });

const Line = Type.Object({
  sku: Type.String(),
  productId: Type.String(),
  quantity: Type.Integer(),
  unitPrice: Money,
  total: Money,
});

const orderFacts = {
  orderId: IdOf("order"),
  orderNumber: Type.String(),
  owner: Owner,
} as const;

const factFields = {
  orderId: "The order.",
  orderNumber: "The number that people use, such as T100002.",
  owner: "Whose order it is, by reference.",
} as const;
const boughtFields = {
  ...factFields,
  cartId: "The cart that it was made from.",
  lines: "What was ordered, at the prices of that moment.",
  total: "What the shopper pays: goods, delivery and taxes.",
  country: "Where it goes.",
} as const;

export const OrderPlaced = defineEvent({
  service: "orders",
  name: "OrderPlaced",
  version: 1,
  subject: "orderId",
  summary: "A shopper placed an order; nothing is promised yet.",
  data: Type.Object({
    ...orderFacts,
    cartId: Type.String(),
    lines: Type.Array(Line),
    total: Money,
    country: Type.String(),
    placedAt: Type.String({ format: "date-time" }),
  }),
  fields: { ...boughtFields, placedAt: "When the shopper placed it." },
});

export const OrderConfirmed = defineEvent({
  service: "orders",
  name: "OrderConfirmed",
  version: 1,
  subject: "orderId",
  summary: "Stock is pinned and the payment authorised: the order will be fulfilled.",
  data: Type.Object({
    ...orderFacts,
    cartId: Type.String(),
    lines: Type.Array(Line),
    currency: Currency,
    total: Money,
    reservationId: IdOf("reservation"),
    paymentId: IdOf("payment"),
    allocations: Type.Array(Type.Object({ sku: Type.String(), warehouse: Type.String(), quantity: Type.Integer() })),
    shippingMethod: Type.String(),
    country: Type.String(),
    confirmedAt: Type.String({ format: "date-time" }),
  }),
  fields: {
    ...boughtFields,
    currency: "Currency of every amount in it.",
    reservationId: "The pinned reservation of its stock.",
    paymentId: "The authorised payment.",
    allocations: "Which warehouse sends what.",
    shippingMethod: "How it is sent.",
    confirmedAt: "When it was confirmed.",
  },
});

export const OrderFailed = defineEvent({
  service: "orders",
  name: "OrderFailed",
  version: 1,
  subject: "orderId",
  summary: "The order could not be confirmed; whatever was held or authorised for it is undone.",
  data: Type.Object({ ...orderFacts, reason: Type.String(), failedAt: Type.String({ format: "date-time" }) }),
  fields: {
    ...factFields,
    reason: "Code of what stood against it, such as inventory_unavailable.",
    failedAt: "When it was given up.",
  },
});

export const OrderCancelled = defineEvent({
  service: "orders",
  name: "OrderCancelled",
  version: 1,
  subject: "orderId",
  summary: "The shopper or the staff cancelled the order; its stock is free and its money on the way back.",
  data: Type.Object({
    ...orderFacts,
    by: Type.Enum(["shopper", "staff"]),
    refunded: Type.Union([Money, Type.Null()], {
      description: "All that had been taken; what was not given back before is on its way. Null: nothing was taken.",
    }),
    cancelledAt: Type.String({ format: "date-time" }),
  }),
  fields: { ...factFields, by: "Who cancelled it.", cancelledAt: "When it was cancelled." },
});
