import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { answerOnce } from "#platform/idempotency";
import { catalog } from "./contract.ts";
import { retryRaces, saveProduct } from "./save-products.ts";

/** Creates a product. Refuses SKU_TAKEN and SLUG_TAKEN with the field to blame. Safe to repeat with the same Idempotency-Key;
 *  without one the repeat is SKU_TAKEN. */
export function createProduct(
  input: Input<typeof catalog.createProduct>,
  ctx: Ctx,
): Promise<Output<typeof catalog.createProduct>> {
  return retryRaces(() =>
    answerOnce(ctx, catalog.createProduct, input, (tx) => saveProduct(ctx, tx, { kind: "create", draft: input })),
  );
}
