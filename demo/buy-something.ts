import { randomBytes, randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { Settings } from "#platform/config";
import { processSettings } from "#platform/process-settings";

// oxlint-disable-next-line typescript/no-explicit-any -- a client without our types, as most are
type Json = any;

/** `npm run demo`: one purchase through the public API, every step with its time. `--card 4000000000003220` tries another card. */
const { values } = parseArgs({
  options: { card: { type: "string", default: "4242424242424242" }, url: { type: "string" } },
});
const settings = Settings.fromEnvironment();
const shop = values.url ?? `http://localhost:${settings.get(processSettings.port)}`;
const desk = `http://localhost:${settings.get(processSettings.operatorPort)}`;
const ADDRESS = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};
let token = "";
/** One trace for everything that this shopper does. */
const traceId = randomBytes(16).toString("hex");
const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-01`;

try {
  await buy();
} catch (error) {
  const isDown = (error as { cause?: { code?: string } }).cause?.code === "ECONNREFUSED";
  console.error(
    isDown
      ? `No shop answers at ${shop}. Start one with npm start in another terminal.`
      : `\n${(error as Error).message}`,
  );
  process.exit(1);
}

async function buy(): Promise<void> {
  ({ token } = await step("A guest arrives", () => call("POST", "/guest-tokens", {})));
  const { items } = await step(
    "looks at the goods",
    () => call("GET", "/products?limit=20"),
    (page) => `${page.items.length} products, such as “${page.items[0].title}”`,
  );
  const sku = await inStock(items);
  await step(`puts 2 × ${sku} into the cart`, () => call("POST", "/cart/lines", { sku, quantity: 2 }));
  const cart = await step(
    "looks into the cart",
    () => call("GET", "/cart"),
    (seen) => `${seen.lines.length} line, ${money(seen.subtotal)}`,
  );
  const lines = cart.lines.map((line: { sku: string; quantity: number }) => ({
    sku: line.sku,
    quantity: line.quantity,
  }));
  const quote = await step(
    "asks what it costs to her door",
    () => call("POST", "/quotes", { lines, shipTo: { country: "GB" }, shippingMethod: "standard" }),
    (seen) =>
      `${money(seen.subtotal)} + ${money(seen.shippingTotal)} delivery = ${money(seen.total)}, VAT ${money(seen.taxTotal)} in it`,
  );
  const card = { number: values.card, expiryMonth: 12, expiryYear: 2035, cvc: "123" };
  const payment = await step(
    "types her card",
    () => call("POST", "/payment-tokens", card),
    (seen) => `${seen.brand} ending in ${seen.last4}`,
  );
  const body = {
    email: "ada@example.com",
    shippingAddress: ADDRESS,
    shippingMethod: "standard",
    paymentToken: payment.token,
    expectedTotal: quote.total,
  };
  const answer = await step(
    "pays",
    () => call("POST", "/checkout", body, { "idempotency-key": randomUUID() }),
    outcome,
  );
  if (answer.status === "awaiting_shopper")
    console.log(`\n  The bank wants to know: open ${new URL(answer.nextAction.url, shop).href}`);
  const order = await step(
    "her order",
    () => settled(answer.orderId),
    (seen) => `${seen.status}, payment ${seen.paymentStatus}, fulfilment ${seen.fulfilmentStatus}`,
  );
  console.log(`\n  History of ${order.orderNumber}`);
  for (const entry of order.history)
    console.log(
      `    ${entry.at}  ${entry.about.padEnd(10)} ${entry.from ?? "–"} → ${entry.to}${entry.note === null ? "" : ` (${entry.note})`}`,
    );
  console.log(`\n  Her mail: ${desk}/mail`);
  if (await isShown(`${desk}/traces/${traceId}`))
    console.log(`  Her purchase, step by step: ${desk}/traces/${traceId}`);
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Json> {
  const response = await fetch(`${shop}/api/v1${path}`, {
    method,
    headers: {
      traceparent,
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: Json = await response.json();
  if (!response.ok)
    throw new Error(
      `${method} ${path} was refused: ${answer.code}. ${answer.title} ${JSON.stringify(answer.errors ?? answer.data ?? {})}`,
    );
  return answer;
}

async function step(title: string, work: () => Promise<Json>, tell: (seen: Json) => string = () => ""): Promise<Json> {
  const startedMs = performance.now();
  const seen = await work();
  console.log(`  ${(performance.now() - startedMs).toFixed(1).padStart(7)} ms  ${title.padEnd(32)} ${tell(seen)}`);
  return seen;
}

/** The first of these goods that can be bought twice. */
async function inStock(products: readonly Json[]): Promise<string> {
  for (const { productId } of products) {
    const product = await call("GET", `/products/${productId}`);
    const { sku } = product.variants[0];
    const stock = await call("GET", `/stock/${sku}`).catch(() => ({ available: 0 }));
    if (stock.available >= 2) return sku;
  }
  throw new Error("Nothing on the first page is in stock.");
}

function outcome(answer: Json): string {
  return answer.failure === undefined
    ? `${answer.status}: order ${answer.orderNumber}, ${money(answer.total)}`
    : `${answer.status}: ${answer.failure.code}`;
}

/** The order when it has come to rest, or as it is after a while. */
async function settled(orderId: string): Promise<Json> {
  for (let tries = 0; ; tries++) {
    const order = await call("GET", `/orders/${orderId}`);
    const isResting =
      order.status === "failed" ||
      order.status === "awaiting_shopper" ||
      (order.paymentStatus === "captured" && order.fulfilmentStatus === "pending");
    if (isResting || tries > 100) return order;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** False where the operators' port is out of reach, or traces are off. */
async function isShown(page: string): Promise<boolean> {
  const response = await fetch(page).catch(() => undefined);
  await response?.text(); // else the connection would keep this process waiting
  return response?.ok ?? false;
}

function money({ amountMinor, currency }: { amountMinor: number; currency: string }): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(amountMinor / 100);
}
