import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
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
/** As a page of a shop would. */
const ASK_AGAIN_MS = 200;
const CARD = { number: "4242424242424242", expiryMonth: 12, expiryYear: 2040, cvc: "123" };

// oxlint-disable-next-line typescript/no-explicit-any -- read off the wire as any client would
type Json = any;

/** One guest of the shop's public API. */
export class Shopper {
  readonly #ask: Ask;
  #authorization: string;

  /** Without `authorization` it is nobody yet: let it `arrive`. */
  constructor(ask: Ask, authorization = "") {
    this.#ask = ask;
    this.#authorization = authorization;
  }

  get authorization(): string {
    return this.#authorization;
  }

  async arrive(): Promise<void> {
    const { token } = await this.#json("guest token", { method: "POST", path: "/guest-tokens", body: {} }, [201]);
    this.#authorization = `Bearer ${token}`;
  }

  async addToCart(sku: string, quantity: number): Promise<void> {
    await this.#send("add to cart", { method: "POST", path: "/cart/lines", body: { sku, quantity } }, [200]);
  }

  /** The total of these lines, one piece each, with address and delivery. */
  async quote(skus: readonly string[]): Promise<Total> {
    const lines = skus.map((sku) => ({ sku, quantity: 1 }));
    const asked = { lines, shipTo: { country: "GB", postcode: ADDRESS.postcode }, shippingMethod: "standard" };
    return (await this.#json("quote", { method: "POST", path: "/quotes", body: asked }, [200])).total;
  }

  /** A token that stands for the card, good for one payment. */
  async hideCard(): Promise<string> {
    return (await this.#json("card", { method: "POST", path: "/payment-tokens", body: CARD }, [201])).token;
  }

  /** Pays, and asks for the order again while it is going on; throws unless it is confirmed. */
  async checkout(prepared: Prepared): Promise<string> {
    let order = await this.#json("checkout", this.#order(prepared), [201, 202]);
    while (order.status === "open") {
      await pause(ASK_AGAIN_MS);
      order = await this.#json("order going on", { method: "GET", path: `/orders/${order.orderId}` }, [200]);
    }
    if (order.status !== "confirmed") throw new Error(`The order is ${JSON.stringify(order)}`);
    return order.orderId;
  }

  /** Wants to pay for what is sold out; throws unless that is the answer. */
  async failToCheckout(prepared: Prepared): Promise<void> {
    const order = await this.#json("checkout of sold-out goods", this.#order(prepared), [201]);
    if (order.status !== "failed") throw new Error(`The order is ${JSON.stringify(order)}`);
  }

  #order(prepared: Prepared): Request {
    const body = { email: "ada@example.com", shippingAddress: ADDRESS, shippingMethod: "standard", ...prepared };
    return { method: "POST", path: "/checkout", body, headers: { "idempotency-key": randomUUID() } };
  }

  async #json(kind: string, request: Request, expected: readonly number[]): Promise<Json> {
    return JSON.parse((await this.#send(kind, request, expected)).toString()) as Json;
  }

  #send(kind: string, { path, headers, ...request }: Request, expected: readonly number[]): Promise<Buffer> {
    const told = this.#authorization === "" ? headers : { authorization: this.#authorization, ...headers };
    return this.#ask(kind, requestBytes({ ...request, path: API + path, ...(told && { headers: told }) }), expected);
  }
}

export type Total = { readonly amountMinor: number; readonly currency: string };
export type Prepared = { readonly expectedTotal: Total; readonly paymentToken: string };
