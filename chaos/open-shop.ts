import { newId } from "#kernel/id";
import type { Goods } from "./evidence.ts";
import type { Shelves } from "./load/plans.ts";
import { HOT, PLENTY } from "./load/plans.ts";
import type { Target } from "./target.ts";

/** Puts the goods on the shelves through the staff's API, before anything is killed; what lies there then. */
export async function openShop(target: Target, { plenty, hot }: Shelves): Promise<readonly Goods[]> {
  const goods = [...plenty.map((sku) => ({ sku, quantity: PLENTY })), ...hot.map((sku) => ({ sku, quantity: HOT }))];
  await ask(target, "PUT", "/warehouses/leicester", { name: "Leicester", priority: 1 });
  const drafts = goods.map(({ sku }, index) => ({
    titles: { en: `Goods ${sku}` },
    slug: `goods-${sku.toLowerCase()}`,
    status: "active",
    variants: [
      {
        sku,
        options: {},
        weightGrams: 50,
        prices: [{ market: "gb", currency: "GBP", amountMinor: 199 + 100 * (index % 9) }],
      },
    ],
  }));
  const imported = await ask(
    target,
    "POST",
    "/products/import",
    drafts.map((draft) => `${JSON.stringify(draft)}\n`).join(""),
  );
  if (imported.created !== goods.length) throw new Error(`Not all goods were imported: ${JSON.stringify(imported)}`);
  const lines = goods.map(({ sku, quantity }) => ({ sku, warehouse: "leicester", onHand: quantity }));
  await ask(target, "POST", "/stock/adjustments", { adjustmentId: newId("adjustment"), reason: "opening", lines });
  return goods;
}

async function ask(target: Target, method: string, path: string, body: unknown): Promise<{ created?: number }> {
  const isLines = typeof body === "string";
  const answer = await fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: { ...target.staff, "content-type": isLines ? "application/x-ndjson" : "application/json" },
    body: isLines ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as { created?: number });
}
