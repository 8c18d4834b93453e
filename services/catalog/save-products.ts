import { newId, type Id } from "#kernel/id";
import { refuse as general } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { brokenConstraint, type Tx } from "#platform/database";
import { refuse } from "./contract.ts";
import { ensureCategories } from "./ensure-categories.ts";
import { PricesChanged, ProductArchived, ProductCreated, ProductUpdated } from "./events.ts";
import { forgetProduct } from "./forget.ts";
import { wantedSlugs, Workbench, type Change, type Decision } from "./model/decide.ts";
import { factsOf } from "./model/facts.ts";
import type { Problem } from "./model/merge-draft.ts";
import type { ProductChange, ProductSource } from "./product-schema.ts";
import { defaultLocale } from "./settings.ts";
import { findOwnersOfSkus, findOwnersOfSlugs, getProducts, lockProducts } from "./store.ts";
import { ConcurrentChange, writeProducts } from "./write-store.ts";

/** One wish: `create` wants new SKUs, `upsert` goes to whoever owns them, `update` and `put` name the product. */
export type Wish =
  | { readonly kind: "create" | "upsert"; readonly draft: ProductChange }
  | { readonly kind: "update"; readonly productId: Id<"product">; readonly draft: ProductChange }
  | { readonly kind: "put"; readonly product: ProductSource };

/** The one way products are written: reads what the wishes touch, decides each in turn, writes what changed and publishes
 *  what became true, all set-based. Decisions are in the order of the wishes; a refused one blocks no other.
 *  Run it inside `retryRaces`. */
export async function saveProducts(ctx: Ctx, tx: Tx, wishes: readonly Wish[]): Promise<readonly Decision[]> {
  const bench = await prepare(ctx, tx, wishes);
  const decisions = wishes.map((wish) => decide(bench, wish));
  const changes = bench.changes();
  await ensureCategories(ctx, tx, newPaths(changes));
  await writeProducts(tx, ctx.store, changes);
  for (const change of changes) publishFacts(ctx, tx, change);
  const written = new Map(changes.map(({ after }) => [after.productId, after]));
  return decisions.map((decision) =>
    decision.outcome === "refused"
      ? decision
      : { ...decision, product: written.get(decision.product.productId) ?? decision.product },
  );
}

/** As `saveProducts` for a single wish: the product as it is now, or the refusal that its problems come to. */
export async function saveProduct(ctx: Ctx, tx: Tx, wish: Wish): Promise<ProductSource> {
  const [decision] = await saveProducts(ctx, tx, [wish]);
  if (decision!.outcome === "refused") throw refusalOf(decision!.problems);
  return decision!.product;
}

/** The product, locked until the transaction ends. Refuses PRODUCT_NOT_FOUND and VERSION_CONFLICT. */
export async function lockProduct(
  ctx: Ctx,
  tx: Tx,
  told: { productId: Id<"product">; expectedVersion?: number },
): Promise<ProductSource> {
  const { productId, expectedVersion } = told;
  await lockProducts(tx, ctx.store, [productId]);
  const [product] = await getProducts(tx, ctx.store, [productId]);
  if (product === undefined) throw refuse.PRODUCT_NOT_FOUND({ product: productId });
  if (expectedVersion !== undefined && expectedVersion !== product.version)
    throw refuse.VERSION_CONFLICT({ expectedVersion, version: product.version });
  return product;
}

const RACES: ReadonlySet<string | undefined> = new Set([
  "product_text_slug",
  "variant_sku",
  "category_path",
  "product_pkey",
]);

/** Runs `work` again when another writer was faster: the next look sees what it wrote, and decides on that. */
export async function retryRaces<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= 5 || !(error instanceof ConcurrentChange || RACES.has(brokenConstraint(error)))) throw error;
    }
  }
}

/** Builds the refusal for problems of one draft: those inside the draft first, all of them together. */
export function refusalOf(problems: readonly Problem[]): Error {
  const inside = problems.filter((problem) => problem.code === "INVALID");
  if (inside.length > 0)
    return general.INVALID_INPUT({ errors: inside.map(({ field, message }) => ({ field, message })) });
  const problem = problems[0]!;
  if (problem.code === "SKU_TAKEN") return refuse.SKU_TAKEN({ field: problem.field, sku: problem.sku });
  if (problem.code === "SKU_NOT_FOUND") return refuse.SKU_NOT_FOUND({ field: problem.field, sku: problem.sku });
  if (problem.code === "SLUG_TAKEN")
    return refuse.SLUG_TAKEN({ field: problem.field, slug: problem.slug, locale: problem.locale });
  throw new Error("A refused draft without a problem");
}

async function prepare(ctx: Ctx, tx: Tx, wishes: readonly Wish[]): Promise<Workbench> {
  const locale = ctx.setting(defaultLocale);
  const drafts = wishes.flatMap((wish) => (wish.kind === "put" ? [] : [wish.draft]));
  const skus = [...new Set(drafts.flatMap((draft) => (draft.variants ?? []).map((variant) => variant.sku)))];
  const named = wishes.flatMap((wish) =>
    wish.kind === "update" ? [wish.productId] : wish.kind === "put" ? [wish.product.productId] : [],
  );
  const owners = skus.length === 0 ? [] : await findOwnersOfSkus(tx, ctx.store, skus);
  const ids = [...new Set([...named, ...owners])];
  const products = ids.length === 0 ? [] : await getProducts(tx, ctx.store, ids);
  const slugs = [...new Set(drafts.flatMap((draft) => wantedSlugs(draft, locale).map((one) => one.slug)))];
  const taken = slugs.length === 0 ? [] : await findOwnersOfSlugs(tx, ctx.store, slugs);
  const newIds = { productId: () => newId("product"), variantId: () => newId("variant") };
  return new Workbench({ defaultLocale: locale, now: ctx.now, ids: newIds }, products, taken);
}

function decide(bench: Workbench, wish: Wish): Decision {
  if (wish.kind === "put") return bench.put(wish.product);
  if (wish.kind === "update") return bench.update(wish.productId, wish.draft);
  return wish.kind === "create" ? bench.create(wish.draft) : bench.upsert(wish.draft);
}

function newPaths(changes: readonly Change[]): readonly string[] {
  const paths = changes.flatMap(({ before, after }) =>
    after.categories.filter((path) => before?.categories.includes(path) !== true),
  );
  return [...new Set(paths)];
}

const kinds = { ProductCreated, ProductUpdated, ProductArchived, PricesChanged };

function publishFacts(ctx: Ctx, tx: Tx, change: Change): void {
  for (const fact of factsOf(change)) {
    ctx.publish(tx, kinds[fact.event], fact.data, { subjectVersion: change.after.version });
    // This replica need not wait for its own event: who wrote reads what they wrote.
    tx.afterCommit(() => forgetProduct(ctx, fact.data));
  }
}
