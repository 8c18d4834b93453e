import { newId } from "#kernel/id";
import type { Stage } from "./stage.ts";

/** What of the demo shop is read and bought. */
export type Goods = {
  /** Pages of the first 200 products. */
  readonly details: readonly string[];
  /** Pages of every product. */
  readonly allDetails: readonly string[];
  /** First pages of lists of 20: all goods and the largest categories. */
  readonly lists: readonly string[];
  /** Pages of 20 one after the other, through all orders: none twice. */
  readonly allLists: readonly string[];
  /** In stock whatever happens. */
  readonly skus: readonly string[];
  readonly hot: string;
  readonly soldOut: string;
};

type Page = { readonly items: readonly { productId: string; skus: readonly string[] }[]; readonly nextCursor?: string };

const API = "/api/v1";
const BOUGHT = 200;
const ORDERS = ["newest", "name", "price-asc", "price-desc"];
const PAGES_OF_ORDER = 60;

/** Chooses goods and fills their shelves by the staff's own operations. */
export async function chooseGoods(stage: Stage): Promise<Goods> {
  const products = await readAll(stage, `${API}/products?limit=100`);
  const firsts = products.filter(({ skus }) => skus.length > 0);
  const skus = firsts.slice(0, BOUGHT).map((product) => product.skus[0]!);
  const soldOut = firsts[BOUGHT]!.skus[0]!;
  await adjust(
    stage,
    skus.map((sku) => ({ sku, warehouse: "leicester", delta: 1_000_000 })),
  );
  await adjust(
    stage,
    ["leicester", "rotterdam"].map((warehouse) => ({ sku: soldOut, warehouse, onHand: 0 })),
  );
  const allDetails = products.map(({ productId }) => `${API}/products/${productId}`);
  const allLists = [];
  for (const order of ORDERS) allLists.push(...(await pagesOf(stage, `${API}/products?limit=20&sort=${order}`)));
  const lists = await Promise.all([`${API}/products?limit=20`, ...(await categories(stage))]);
  return { details: allDetails.slice(0, BOUGHT), allDetails, lists, allLists, skus, hot: skus[0]!, soldOut };
}

async function readAll(stage: Stage, path: string): Promise<Page["items"]> {
  const items = [];
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const page: Page = await getJson(stage, `${path}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  }
  return items;
}

async function pagesOf(stage: Stage, path: string): Promise<string[]> {
  const paths = [path];
  while (paths.length < PAGES_OF_ORDER) {
    const { nextCursor } = await getJson<Page>(stage, paths.at(-1)!);
    if (nextCursor === undefined) break;
    paths.push(`${path}&cursor=${nextCursor}`);
  }
  return paths;
}

async function categories(stage: Stage): Promise<string[]> {
  const { items } = await getJson<{ items: { path: string; parent?: string | null }[] }>(stage, `${API}/categories`);
  const tops = items.filter(({ path }) => !path.includes("/"));
  return tops.map(({ path }) => `${API}/products?limit=20&category=${encodeURIComponent(path)}`);
}

type Line = { readonly sku: string; readonly warehouse: string; readonly delta?: number; readonly onHand?: number };

async function adjust(stage: Stage, lines: readonly Line[]): Promise<void> {
  const body = { adjustmentId: newId("adjustment"), reason: "bench", lines };
  const answer = await fetch(`${stage.url}${API}/stock/adjustments`, {
    method: "POST",
    headers: { ...stage.staff, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`Stock: ${answer.status} ${await answer.text()}`);
}

async function getJson<Answer>(stage: Stage, path: string): Promise<Answer> {
  const answer = await fetch(stage.url + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
