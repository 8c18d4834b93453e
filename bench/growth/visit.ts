import { listOf, pagesOf, topCategories, type Goods } from "../goods.ts";
import type { Stage } from "../stage.ts";

/** Addresses that are read at one size of the shop. */
export type Visit = {
  readonly details: readonly string[];
  readonly manyDetails: readonly string[];
  readonly lists: readonly string[];
  readonly manyLists: readonly string[];
  readonly categoryLists: readonly string[];
  readonly deepLists: readonly string[];
  /** Of one shopper; none before there are many orders. */
  readonly orders: readonly string[];
  readonly authorization: string;
};

const API = "/api/v1";
/** How far behind the beginning the deep pages are, in pages of 100; a small catalogue's are its last. */
const DEEP_PAGES = 500;
/** More than twice as many as there are connections: two that ask for one page at a time would be answered by one look-up. */
const MANY = 150;
const PAGES_OF_100 = MANY / 5;
const ORDERS = ["newest", "name", "price-asc", "price-desc"];

export type OneShopper = { readonly id: string; readonly authorization: string };

export async function visit(stage: Stage, goods: Goods, shopper: OneShopper | undefined): Promise<Visit> {
  const newest = `${API}/products?limit=20&sort=newest`;
  const walked = await pagesOf(stage, `${API}/products?limit=100&sort=newest`, DEEP_PAGES);
  // A cursor is of its order, not of its page's length.
  const isWhole = walked.length < DEEP_PAGES;
  const deep = walked.at(isWhole ? -Math.min(PAGES_OF_100, walked.length) : -1)!.replace("limit=100", "limit=20");
  const deepLists = await pagesOf(stage, newest, MANY, deep);
  return {
    details: goods.details,
    manyDetails: [...goods.allDetails, ...(await detailsOf(stage, walked.slice(-30)))],
    lists: goods.lists,
    manyLists: goods.allLists,
    categoryLists: await largestCategory(stage),
    deepLists,
    orders: shopper === undefined ? [] : await ordersOf(stage, shopper),
    authorization: shopper?.authorization ?? "",
  };
}

/** Pages of the category with the most of them, in all orders. */
async function largestCategory(stage: Stage): Promise<string[]> {
  const all = (await topCategories(stage)).map((path) => pagesOf(stage, listOf(path), Math.ceil(MANY / ORDERS.length)));
  const largest = (await Promise.all(all)).toSorted((a, b) => b.length - a.length)[0]!;
  const rest = ORDERS.slice(1).map((order) => pagesOf(stage, `${largest[0]}&sort=${order}`, largest.length));
  return [...largest, ...(await Promise.all(rest)).flat()];
}

async function detailsOf(stage: Stage, pages: readonly string[]): Promise<string[]> {
  const lists = pages.map(
    async (page) => (await (await fetch(stage.url + page)).json()) as { items: { productId: string }[] },
  );
  return (await Promise.all(lists)).flatMap(({ items }) =>
    items.map(({ productId }) => `${API}/products/${productId}`),
  );
}

async function ordersOf({ url }: Stage, { authorization }: OneShopper): Promise<string[]> {
  const answer = await fetch(`${url}${API}/orders?limit=50`, { headers: { authorization } });
  const { items } = (await answer.json()) as { items: { orderId: string }[] };
  if (items.length === 0) throw new Error("The shopper has no orders.");
  return items.map(({ orderId }) => `${API}/orders/${orderId}`);
}

/** A guest, and under which id their orders are kept. */
export async function oneShopper({ url }: Stage): Promise<OneShopper> {
  const answer = await fetch(`${url}${API}/guest-tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const { token } = (await answer.json()) as { token: string };
  const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { sub: string };
  return { id: claims.sub, authorization: `Bearer ${token}` };
}
