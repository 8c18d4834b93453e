import type { Finding } from "#kernel/audit";
import { defineAudit } from "#platform/audit";
import type { Ctx } from "#platform/ctx";
import { countSkus, findDoubtfulSkus, listSkus } from "./audit-stock-store.ts";
import type { Difference } from "./model/explain-differences.ts";
import { reconcile } from "./reconcile.ts";
import { findWrongItems } from "./reconcile-store.ts";
import { lowStockThreshold } from "./settings.ts";

const SKUS_PER_RUN = 500;
const STATEMENT_TIMEOUT_MS = 10_000;

/** The reconciliation as an audit: each run screens the next 500 SKUs by their newest movements and goes round and round; only those
 *  that raise a doubt are compared with their whole ledger. */
export const stockAudit = defineAudit({
  name: "stock",
  summary: "Compares stock, ledger and open reservations; `reconcile --repair` corrects them.",
  everyMs: 60_000,
  async find(ctx, { scope, position, suspects, limit }) {
    if (scope === "all") return explain(ctx, null, limit);
    if (scope === "suspects") return explain(ctx, suspects, limit);
    const skus = await listSkus(ctx.db, { after: position ?? "", limit: SKUS_PER_RUN });
    const doubtful = await screen(ctx, skus);
    const seen = await explain(ctx, [...new Set([...suspects, ...doubtful])], limit);
    return { findings: seen.findings, checked: skus.length, position: skus.length < SKUS_PER_RUN ? "" : skus.at(-1)! };
  },
});

function screen(ctx: Ctx, skus: readonly string[]): Promise<readonly string[]> {
  const options = { isSnapshot: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const threshold = ctx.setting(lowStockThreshold);
  return ctx.db.transaction(async (tx) => {
    const wrong = await findWrongItems(tx, { skus, defaultThreshold: threshold, limit: SKUS_PER_RUN });
    return [...(await findDoubtfulSkus(tx, skus)), ...wrong.map(({ sku }) => sku)];
  }, options);
}

async function explain(ctx: Ctx, skus: readonly string[] | null, limit: number) {
  const differences = skus?.length === 0 ? [] : await reconcile(ctx, skus);
  return { findings: differences.slice(0, limit).map(findingOf), checked: skus?.length ?? (await countSkus(ctx.db)) };
}

function findingOf({ sku, warehouse, what, expected, found, likelyCause }: Difference): Finding {
  return { subject: sku, what: warehouse === null ? what : `${what} in ${warehouse}`, expected, found, likelyCause };
}
