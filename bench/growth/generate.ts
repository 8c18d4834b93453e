import pg from "pg";
import type { LocatedPostgres } from "#platform/postgres/locate";
import type { Stage } from "../stage.ts";
import { copyProducts, copyStock, keepOriginals, makeIds, ORDER_STATEMENTS, prepareSession } from "./store.ts";

const PRODUCTS_AT_ONCE = 50_000;
const ORDERS_AT_ONCE = 10_000;

/** How often the goods were copied, and how many there are; 0 before the first copy. */
export type Grown = { copies: number; products: number };

/** Brings the catalogue to `size` products and their stock. */
export async function growCatalog(postgres: LocatedPostgres, grown: Grown, size: number): Promise<void> {
  const startedMs = performance.now();
  await withSessions(postgres, ["catalog", "inventory"], async ([catalog, inventory]) => {
    const originals = await keepOriginals(catalog!, inventory!);
    grown.products = Math.max(grown.products, originals);
    const atOnce = Math.max(1, Math.floor(PRODUCTS_AT_ONCE / originals));
    while (grown.products < size) {
      const limit = size - grown.products;
      const from = grown.copies + 1;
      const to = grown.copies + Math.min(atOnce, Math.ceil(limit / originals));
      const [made] = await Promise.all([copyProducts(catalog!, { from, to, limit }), copyStock(inventory!, from, to)]);
      grown.copies = to;
      grown.products += made;
      console.error(`  ${grown.products} products, ${Math.round((performance.now() - startedMs) / 1_000)} s`);
    }
    for (const client of [catalog!, inventory!]) await client.query("analyze");
  });
}

/** Makes so many confirmed, delivered orders; some of them are `owner`'s. At least one order must have been placed. */
export async function growOrders(postgres: LocatedPostgres, count: number, owner: string): Promise<void> {
  const names = Object.keys(ORDER_STATEMENTS);
  const ownEvery = Math.max(1, Math.floor(count / 50));
  await withSessions(postgres, names, async (clients) => {
    for (let from = 1; from <= count; from += ORDERS_AT_ONCE) {
      const to = Math.min(count, from + ORDERS_AT_ONCE - 1);
      const ids = JSON.stringify(await makeIds(clients[0]!, { from, to, owner, ownEvery }));
      const fill = async (client: pg.Client, statements: readonly string[]) => {
        for (const statement of statements) {
          const { rowCount } = await client.query(statement, [ids]);
          if (rowCount === 0) throw new Error(`Nothing was made by: ${statement}`);
        }
      };
      await Promise.all(names.map((name, index) => fill(clients[index]!, ORDER_STATEMENTS[name]!)));
      if (from % 100_000 === 1) console.error(`  ${to} orders`);
    }
    for (const client of clients) await client.query("analyze");
  });
}

async function withSessions<Result>(
  postgres: LocatedPostgres,
  databases: readonly string[],
  work: (clients: readonly pg.Client[]) => Promise<Result>,
): Promise<Result> {
  const clients = databases.map((name) => new pg.Client({ connectionString: postgres.url(name) }));
  try {
    for (const client of clients) {
      await client.connect();
      await prepareSession(client);
    }
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** A fault unless the API answers a copy as it answers the product that was imported: the same fields of the same kinds. */
export async function mustReadAlike({ url }: Stage): Promise<void> {
  const list = async (query: string) =>
    ((await (await fetch(`${url}/api/v1/products?limit=100&${query}`)).json()) as { items: { slug: string }[] }).items;
  const copy = [...(await list("sort=name")), ...(await list("sort=price-asc"))].find(({ slug }) =>
    /-g\d+$/.test(slug),
  );
  if (copy === undefined) throw new Error("The lists show no generated product.");
  const read = async (slug: string) => (await fetch(`${url}/api/v1/products/${slug}`)).json();
  const [made, imported] = [await read(copy.slug), await read(copy.slug.replace(/-g\d+$/, ""))];
  if (shapeOf(made) !== shapeOf(imported))
    throw new Error(`A generated product reads otherwise:\n${JSON.stringify(made)}\n${JSON.stringify(imported)}`);
}

/** Field names and kinds of a value, whatever is in them. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? "" : shapeOf(value[0])}]`;
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, one]) => `${name}:${shapeOf(one)}`).join(",")}}`;
}
