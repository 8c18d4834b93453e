import { randomUUID } from "node:crypto";
import { checkoutFlowSql, type SqlData } from "../limits/checkout-flow-sql.ts";
import { requestBytes } from "./connection.ts";
import { drive, type Act, type Ask, type Load, type Measured } from "./drive.ts";
import { Shopper, type Prepared, type Total } from "./shopper.ts";

/** What the generator can do; each is told what it needs beside the load. */
export type FlowData = {
  /** Reads pages: any of them, or one after the other so that none comes twice soon; `isNew`: each under an address that nobody has
   *  asked for yet. */
  readonly read: {
    readonly paths: readonly string[];
    readonly isInOrder?: boolean;
    readonly isNew?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly "add-to-cart": { readonly skus: readonly string[] };
  /** The cart's page, of a guest on each connection with these goods in the cart. */
  readonly "cart-page": { readonly skus: readonly string[] };
  /** A purchase from the guest's arrival to the confirmed order of two goods: any two, or `hot` and another. */
  readonly purchase: { readonly skus: readonly string[]; readonly hot?: string };
  /** POST /checkout alone: `count` carts, quotes and tokens are made before the time runs. */
  readonly checkout: { readonly skus: readonly string[]; readonly count: number };
  /** Checkout of goods that are gone. */
  readonly "sold-out": { readonly sku: string };
  readonly "purchase-sql": SqlData;
};
export type FlowName = keyof FlowData;

type Flow<Data> = (url: string, data: Data, load: Load) => Promise<Measured>;

export const flows: { readonly [Name in FlowName]: Flow<FlowData[Name]> } = {
  read: (url, data, load) => drive(url, load, (ask, index) => readAct(ask, data, { index, of: load.connections })),
  "add-to-cart": (url, { skus }, load) => drive(url, load, (ask) => addAct(ask, skus)),
  "cart-page": (url, { skus }, load) => drive(url, load, (ask) => cartPageAct(ask, skus)),
  purchase: (url, data, load) => drive(url, load, (ask) => purchaseAct(ask, data)),
  checkout: async (url, data, load) => {
    const ready = await prepareCheckouts(url, data);
    return drive(url, load, (ask) => checkoutAct(ask, ready));
  },
  "sold-out": (url, { sku }, load) => drive(url, load, (ask) => soldOutAct(ask, sku)),
  "purchase-sql": (_, data, load) => checkoutFlowSql(data, load),
};

function readAct(ask: Ask, data: FlowData["read"], place: { index: number; of: number }): Act {
  const { paths, isInOrder = false, isNew = false, headers = {} } = data;
  if (isNew) return newPageAct(ask, paths, headers);
  const requests = paths.map((path) => requestBytes({ path, headers }));
  let next = Math.floor((place.index * requests.length) / place.of);
  return async () => {
    const at = isInOrder ? next++ % requests.length : Math.floor(Math.random() * requests.length);
    await ask("read", requests[at]!, [200]);
    return undefined;
  };
}

function newPageAct(ask: Ask, paths: readonly string[], headers: Readonly<Record<string, string>>): Act {
  const visitor = randomUUID();
  let visits = 0;
  return async () => {
    await ask("read", requestBytes({ path: `${any(paths)}?visit=${visitor}-${visits++}`, headers }), [200]);
    return undefined;
  };
}

/** As Chrome asks. */
export const BROWSER_HEADERS = { "accept-encoding": "gzip, deflate, br, zstd", accept: "text/html" } as const;

function cartPageAct(ask: Ask, skus: readonly string[]): Act {
  let page: string | undefined;
  return async () => {
    page ??= await fillCart(ask, skus);
    await ask("page", page, [200]);
    return undefined;
  };
}

/** The request for the cart's page of a new guest. */
async function fillCart(ask: Ask, skus: readonly string[]): Promise<string> {
  const shopper = new Shopper(ask);
  await shopper.arrive();
  for (const sku of skus) await shopper.addToCart(sku, 1);
  const cookie = `session=${shopper.authorization.slice("Bearer ".length)}`;
  return requestBytes({ path: "/cart", headers: { ...BROWSER_HEADERS, cookie } });
}

const ADDS_OF_ONE_GUEST = 300;

function addAct(ask: Ask, skus: readonly string[]): Act {
  let shopper: Shopper | undefined;
  let adds = 0;
  return async () => {
    if (shopper === undefined || adds % ADDS_OF_ONE_GUEST === 0) {
      shopper = new Shopper(ask);
      await shopper.arrive();
    }
    await shopper.addToCart(skus[adds++ % 10]!, 1);
    return undefined;
  };
}

function twoOf(skus: readonly string[], first = any(skus)): readonly [string, string] {
  for (;;) {
    const second = any(skus);
    if (second !== first) return [first, second];
  }
}

function any<Value>(values: readonly Value[]): Value {
  return values[Math.floor(Math.random() * values.length)]!;
}

function purchaseAct(ask: Ask, { skus, hot }: FlowData["purchase"]): Act {
  return async () => {
    const shopper = new Shopper(ask);
    const wanted = twoOf(skus, hot);
    await shopper.arrive();
    for (const sku of wanted) await shopper.addToCart(sku, 1);
    const expectedTotal = await shopper.quote(wanted);
    await shopper.checkout({ expectedTotal, paymentToken: await shopper.hideCard() });
    return undefined;
  };
}

type Ready = { readonly authorization: string; readonly prepared: Prepared };

/** Makes carts, quotes and tokens, 16 at a time. A few pairs of goods serve all: the quote of a pair is asked for once. */
async function prepareCheckouts(url: string, { skus, count }: FlowData["checkout"]): Promise<Ready[]> {
  const ready: Ready[] = [];
  const totals = new Map<string, Total>();
  let begun = 0;
  const load = { connections: 16, warmUpMs: 0, durationMs: 600_000 };
  await drive(url, load, (ask) => async () => {
    if (begun++ >= count) return "nothing-left";
    const first = begun % 50;
    const wanted = [skus[first]!, skus[50 + first]!];
    const shopper = new Shopper(ask);
    await shopper.arrive();
    for (const sku of wanted) await shopper.addToCart(sku, 1);
    const expectedTotal = totals.get(wanted[0]!) ?? (await shopper.quote(wanted));
    totals.set(wanted[0]!, expectedTotal);
    const prepared = { expectedTotal, paymentToken: await shopper.hideCard() };
    ready.push({ authorization: shopper.authorization, prepared });
    return undefined;
  });
  return ready;
}

function checkoutAct(ask: Ask, ready: Ready[]): Act {
  return async () => {
    const next = ready.pop();
    if (next === undefined) return "nothing-left";
    await new Shopper(ask, next.authorization).checkout(next.prepared);
    return undefined;
  };
}

function soldOutAct(ask: Ask, sku: string): Act {
  let shopper: Shopper | undefined;
  let expectedTotal: Total | undefined;
  return async () => {
    if (shopper === undefined || expectedTotal === undefined) {
      shopper = new Shopper(ask);
      await shopper.arrive();
      await shopper.addToCart(sku, 1);
      expectedTotal = await shopper.quote([sku]);
    }
    await shopper.failToCheckout({ expectedTotal, paymentToken: "tok_that_is_never_asked_for" });
    return undefined;
  };
}
