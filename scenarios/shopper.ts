import { randomUUID } from "node:crypto";
import { mustBe, request, type Answer, type Shop, type Json } from "./shop.ts";

export const CARDS = {
  succeeds: "4242424242424242",
  declined: "4000000000009995",
  challenge: "4000000000003220",
} as const;

const ADDRESS = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};

/** Where a shop's API answers. */
export type ShopAddress = Pick<Shop, "url">;

/** A guest with a token, who can do what a browser would. */
export class Shopper {
  shop: ShopAddress;
  readonly guestId: string;
  readonly headers: Readonly<Record<string, string>>;

  private constructor(shop: ShopAddress, guestId: string, token: string) {
    this.shop = shop;
    this.guestId = guestId;
    this.headers = { authorization: `Bearer ${token}` };
  }

  /** A guest who has been here before. */
  static withToken(shop: ShopAddress, guestId: string, token: string): Shopper {
    return new Shopper(shop, guestId, token);
  }

  static async arrive(shop: ShopAddress): Promise<Shopper> {
    const { body } = await mustBe(201, request(shop, "POST", "/guest-tokens", { body: {} }));
    return new Shopper(shop, body.guestId, body.token);
  }

  /** The same guest, all of whose requests are of one trace. */
  inTrace(traceId: string): Shopper {
    const traced = new Shopper(this.shop, this.guestId, "");
    return Object.assign(traced, { headers: { ...this.headers, traceparent: `00-${traceId}-00000000000000aa-01` } });
  }

  /** Goes on with the same token at another address of the same shop. */
  moveTo(shop: ShopAddress): void {
    this.shop = shop;
  }

  get(path: string): Promise<Answer> {
    return request(this.shop, "GET", path, { headers: this.headers });
  }

  post(path: string, body: unknown, key?: string): Promise<Answer> {
    return request(this.shop, "POST", path, {
      body,
      headers: { ...this.headers, ...(key === undefined ? {} : { "idempotency-key": key }) },
    });
  }

  async add(sku: string, quantity = 1): Promise<void> {
    await mustBe(200, this.post("/cart/lines", { sku, quantity }));
  }

  async cart(): Promise<{ lines: { sku: string; quantity: number }[] }> {
    return (await mustBe(200, this.get("/cart"))).body;
  }

  /** What the cart costs with delivery. */
  async quote(shippingMethod = "standard"): Promise<Json> {
    const { lines } = await this.cart();
    const asked = {
      lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      shipTo: { country: "GB" },
      shippingMethod,
    };
    return (await mustBe(200, this.post("/quotes", asked))).body;
  }

  async token(card: string): Promise<string> {
    const { body } = await mustBe(
      201,
      this.post("/payment-tokens", { number: card, expiryMonth: 12, expiryYear: 2040, cvc: "123" }),
    );
    return body.token;
  }

  /** The body of a checkout of the present cart. */
  async checkoutBody(card: string = CARDS.succeeds): Promise<Record<string, unknown>> {
    const [quote, paymentToken] = await Promise.all([this.quote(), this.token(card)]);
    return {
      email: "ada@example.com",
      shippingAddress: ADDRESS,
      shippingMethod: "standard",
      paymentToken,
      expectedTotal: quote.total,
    };
  }

  async checkout(card: string = CARDS.succeeds): Promise<Answer> {
    return this.post("/checkout", await this.checkoutBody(card), randomUUID());
  }

  async order(orderId: string): Promise<Json> {
    return (await mustBe(200, this.get(`/orders/${orderId}`))).body;
  }
}
