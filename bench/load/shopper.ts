import { randomUUID } from "node:crypto";
import { requestBytes, type Request } from "./connection.ts";
import type { Ask } from "./drive.ts";

const API = "/api/v1";
const ADDRESS = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};
const CARD = { number: "4242424242424242", expiryMonth: 12, expiryYear: 2040, cvc: "123" };

// oxlint-disable-next-line typescript/no-explicit-any -- read off the wire as any client would
type Json = any;

/** One guest of the shop's public API. */
export class Shopper {
  readonly #ask: Ask;
  #authorization = "";

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The same guest on another connection. */
  with(ask: Ask): Shopper {
    const same = new Shopper(ask);
    same.#authorization = this.#authorization;
    return same;
  }

  async arrive(): Promise<void> {
    const { token } = await this.#json("guest token", { method: "POST", path: "/guest-tokens", body: {} }, 201);
    this.#authorization = `Bearer ${token}`;
  }

  async addToCart(sku: string, quantity: number): Promise<void> {
    await this.#send("add to cart", { method: "POST", path: "/cart/lines", body: { sku, quantity } }, 200);
  }

  async setLine(sku: string, quantity: number): Promise<void> {
    await this.#send("add to cart", { method: "PUT", path: `/cart/lines/${sku}`, body: { quantity } }, 200);
  }

  /** What the checkout of these lines needs: the total of a quote with address and delivery, and a paper of the card. */
  async prepare(lines: readonly { sku: string; quantity: number }[]): Promise<Prepared> {
    const asked = { lines, shipTo: { country: "GB", postcode: ADDRESS.postcode }, shippingMethod: "standard" };
    const quote = await this.#json("quote", { method: "POST", path: "/quotes", body: asked }, 200);
    const { token } = await this.#json("card", { method: "POST", path: "/payment-tokens", body: CARD }, 201);
    return { expectedTotal: quote.total, paymentToken: token };
  }

  /** Pays; throws unless the order is confirmed. */
  async checkout(prepared: Prepared): Promise<string> {
    const body = {
      email: "ada@example.com",
      shippingAddress: ADDRESS,
      shippingMethod: "standard",
      ...prepared,
    };
    const headers = { "idempotency-key": randomUUID() };
    const order = await this.#json("checkout", { method: "POST", path: "/checkout", body, headers }, 201);
    if (order.status !== "confirmed") throw new Error(`The order is ${JSON.stringify(order)}`);
    return order.orderId;
  }

  async #json(kind: string, request: Request, expected: number): Promise<Json> {
    return JSON.parse((await this.#send(kind, request, expected)).toString()) as Json;
  }

  #send(kind: string, { path, headers, ...request }: Request, expected: number): Promise<Buffer> {
    const told = this.#authorization === "" ? headers : { authorization: this.#authorization, ...headers };
    return this.#ask(kind, requestBytes({ ...request, path: API + path, ...(told && { headers: told }) }), expected);
  }
}

export type Prepared = {
  readonly expectedTotal: { readonly amountMinor: number; readonly currency: string };
  readonly paymentToken: string;
};
