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
  /** Pages of the storefront: the start page, the largest categories, the first 200 products. */
  readonly pages: readonly string[];
  /** In stock whatever happens. */
  readonly skus: readonly string[];
  readonly hot: string;
  readonly soldOut: string;
};

type Page = {
  readonly items: readonly { readonly productId: string; readonly slug: string; readonly skus: readonly string[] }[];
  readonly nextCursor: string | null;
};

const API = "/api/v1";
const BOUGHT = 200;
const ORDERS = ["newest", "name", "price-asc", "price-desc"];
const PAGES_OF_ORDER = 60;
const DEMO_PAGES = 30;

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
  const tops = await topCategories(stage);
  const lists = [`${API}/products?limit=20`, ...tops.map(listOf)];
  const productPages = products.slice(0, BOUGHT).map(({ slug }) => `/products/${slug}`);
  return {
    details: allDetails.slice(0, BOUGHT),
    allDetails,
    lists,
    allLists,
    pages: ["/", ...tops.map((path) => `/categories/${path}`), ...productPages],
    skus,
    hot: skus[0]!,
    soldOut,
  };
}

/** The newest products, as many as the demo shop has. */
async function readAll(stage: Stage, path: string): Promise<Page["items"]> {
  const paths = await pagesOf(stage, path, DEMO_PAGES);
  return (await Promise.all(paths.map((one) => getJson<Page>(stage, one)))).flatMap(({ items }) => items);
}

/** Addresses of pages, one after the other: at most `count`, from `begin` on. */
export async function pagesOf(stage: Stage, path: string, count = PAGES_OF_ORDER, begin = path): Promise<string[]> {
  const paths = [begin];
  while (paths.length < count) {
    const { nextCursor } = await getJson<Page>(stage, paths.at(-1)!);
    if (nextCursor === null) break;
    paths.push(`${path}&cursor=${nextCursor}`);
  }
  return paths;
}

/** Paths of the categories at the top of the tree. */
export async function topCategories(stage: Stage): Promise<string[]> {
  const { items } = await getJson<{ items: { path: string }[] }>(stage, `${API}/categories`);
  return items.map(({ path }) => path).filter((path) => !path.includes("/"));
}

/** The address of the first page of a category. */
export function listOf(category: string): string {
  return `${API}/products?limit=20&category=${encodeURIComponent(category)}`;
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
