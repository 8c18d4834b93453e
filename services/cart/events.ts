import Type from "typebox";
import { defineEvent } from "#kernel/event";

export const CartAbandoned = defineEvent({
  service: "cart",
  name: "CartAbandoned",
  version: 1,
  subject: "cartId",
  summary: "A cart with goods in it was left alone; told once until somebody changes it again.",
  data: Type.Object({
    cartId: Type.String(),
    owner: Type.Object({ kind: Type.Enum(["guest", "customer"]), id: Type.String() }),
    store: Type.String(),
    market: Type.String(),
    lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })),
    lastChangedAt: Type.String({ format: "date-time" }),
  }),
  fields: {
    cartId: "The cart.",
    owner: "Whose cart it is, by reference.",
    store: "Store of the cart.",
    market: "Market of the cart.",
    lines: "What was left in it.",
    lastChangedAt: "When it was changed last.",
  },
});
