import Type, { type Static } from "typebox";
import { defineContract } from "#kernel/contract";
import { Currency, Money } from "#kernel/money";
import { defineRefusals } from "#kernel/refusal";

export const maximumLines = 1_000;
export const maximumQuantity = 9_999;

const Sku = Type.String({ minLength: 1, maxLength: 32, pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*$" });
const OwnerId = Type.String({ minLength: 1, maxLength: 128 });
const ExpectedVersion = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "The version this change is based on; 0 for a cart that is not there yet.",
  }),
);
const CartId = Type.Union([Type.String({ format: "uuid" }), Type.Null()], {
  description: "Null for a cart that was never written to (or that expired).",
});

export const refuse = defineRefusals({
  SKU_NOT_SELLABLE: {
    status: 422,
    title: "This cannot be bought here.",
    advice: "Do not repeat; take the goods that `skus` names off the page.",
    data: Type.Object({ field: Type.String(), skus: Type.Array(Sku) }),
  },
  QUANTITY_TOO_LARGE: {
    status: 422,
    title: "That is more of one thing than a cart takes.",
    advice: "Ask for fewer; `maximum` is what the cart takes of one thing.",
    data: Type.Object({ field: Type.String(), sku: Sku, quantity: Type.Integer(), maximum: Type.Integer() }),
  },
  CART_FULL: {
    status: 422,
    title: "That is more different things than a cart takes.",
    advice: "Take another line out first, or order in two parts.",
    data: Type.Object({ maximum: Type.Integer() }),
  },
  CART_CHANGED: {
    status: 409,
    title: "The cart changed meanwhile.",
    advice: "Read the cart, show it, and repeat with its `version` as `expectedVersion`.",
    data: Type.Object({ version: Type.Integer() }),
  },
});

/** What every change of a cart answers: the cart's sums, without asking for prices. */
export const CartSummary = Type.Object(
  {
    cartId: CartId,
    /** Grows with every change. */
    version: Type.Integer(),
    lineCount: Type.Integer(),
    /** Pieces over all lines. */
    itemCount: Type.Integer(),
  },
  { $id: "CartSummary" },
);
export type CartSummary = Readonly<Static<typeof CartSummary>>;

/** Why a line cannot be ordered as it stands, or could not be looked up just now. */
const LineProblem = Type.Enum(["not_sellable", "insufficient_stock", "temporarily_unavailable"]);

export const CartLine = Type.Object(
  {
    sku: Sku,
    quantity: Type.Integer(),
    productId: Type.Union([Type.String(), Type.Null()]),
    slug: Type.Union([Type.String(), Type.Null()]),
    title: Type.Union([Type.String(), Type.Null()]),
    optionText: Type.Union([Type.String(), Type.Null()]),
    image: Type.Union([Type.Object({ name: Type.String(), alt: Type.String() }), Type.Null()]),
    /** List price in the caller's market as it is now; null when there is none or it is not known just now. */
    unitPrice: Type.Union([Money, Type.Null()]),
    subtotal: Type.Union([Money, Type.Null()]),
    availability: Type.Enum(["in", "low", "out", "unknown"]),
    problem: Type.Union([LineProblem, Type.Null()]),
    /** How many are left, told only when that is fewer than asked for. */
    available: Type.Union([Type.Integer(), Type.Null()]),
  },
  { $id: "CartLine" },
);
export type CartLine = Readonly<Static<typeof CartLine>>;

const Cart = Type.Object({
  ...CartSummary.properties,
  currency: Currency,
  /** In the order in which they were put in. */
  lines: Type.Array(CartLine),
  /** Sum of the lines that have a price. Taxes, discounts and shipping: ask for a quote. */
  subtotal: Money,
  /** True when every line can be ordered as it stands. */
  canCheckOut: Type.Boolean(),
  expiresAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
});

const summary = { cartId: "0199d0c0-0000-7000-8000-000000000001", version: 3, lineCount: 1, itemCount: 2 };

export const cart = defineContract("cart", {
  getCart: {
    method: "GET",
    path: "/cart",
    summary: "The shopper's cart with prices and availability as they are now.",
    description:
      "A line that cannot be sold any more stays, marked with a problem. When prices or stock are out of reach, the lines come without them.",
    access: "shopper",
    input: Type.Object({}),
    output: Cart,
    example: { input: {} },
  },
  addLine: {
    method: "POST",
    path: "/cart/lines",
    summary: "Puts pieces of a SKU into the cart, on top of those that are in it.",
    access: "shopper",
    success: 200,
    idempotencyKey: "optional",
    input: Type.Object({
      sku: Sku,
      quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: maximumQuantity, default: 1 })),
      expectedVersion: ExpectedVersion,
    }),
    output: CartSummary,
    refuses: [refuse.SKU_NOT_SELLABLE, refuse.QUANTITY_TOO_LARGE, refuse.CART_FULL, refuse.CART_CHANGED],
    example: { input: { sku: "21730", quantity: 2 }, output: summary },
  },
  changeLine: {
    method: "PUT",
    path: "/cart/lines/:sku",
    summary: "Sets how many pieces of a SKU are in the cart; 0 takes it out. Safe to repeat.",
    access: "shopper",
    input: Type.Object({
      sku: Sku,
      quantity: Type.Integer({ minimum: 0, maximum: maximumQuantity }),
      expectedVersion: ExpectedVersion,
    }),
    output: CartSummary,
    refuses: [refuse.SKU_NOT_SELLABLE, refuse.CART_FULL, refuse.CART_CHANGED],
    example: { input: { sku: "21730", quantity: 2 }, output: summary },
  },
  removeLine: {
    method: "DELETE",
    path: "/cart/lines/:sku",
    summary: "Takes a SKU out of the cart. Safe to repeat.",
    access: "shopper",
    input: Type.Object({ sku: Sku, expectedVersion: ExpectedVersion }),
    output: CartSummary,
    refuses: [refuse.CART_CHANGED],
    example: { input: { sku: "21730" }, output: { ...summary, lineCount: 0, itemCount: 0 } },
  },
  clearCart: {
    method: "DELETE",
    path: "/cart",
    summary: "Takes everything out of the cart. Safe to repeat.",
    access: "shopper",
    input: Type.Object({ expectedVersion: ExpectedVersion }),
    output: CartSummary,
    refuses: [refuse.CART_CHANGED],
    example: { input: {}, output: { ...summary, lineCount: 0, itemCount: 0 } },
  },
  getCartLines: {
    method: "GET",
    path: "/cart/lines",
    summary: "What is in the caller's cart, without prices, in the order in which it was put in.",
    access: "service",
    input: Type.Object({}),
    output: Type.Object({
      cartId: CartId,
      version: Type.Integer(),
      lines: Type.Array(Type.Object({ sku: Sku, quantity: Type.Integer() })),
    }),
    example: {
      input: {},
      output: { cartId: summary.cartId, version: 3, lines: [{ sku: "21730", quantity: 2 }] },
    },
  },
  mergeGuestCart: {
    method: "POST",
    path: "/cart/merge",
    isRepeatable: true,
    summary:
      "Moves what is in a guest's cart into a customer's, adding up quantities. Safe to repeat: a moved cart is empty.",
    access: "service",
    input: Type.Object({ guestId: OwnerId, customerId: OwnerId }),
    output: Type.Object({
      ...CartSummary.properties,
      /** What did not fit: the customer's cart takes no more lines. It stays in the guest's. */
      leftOut: Type.Array(Sku),
    }),
    example: { input: { guestId: "g-1", customerId: "c-1" }, output: { ...summary, leftOut: [] } },
  },
});
