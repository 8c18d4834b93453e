import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { lockProduct, retryRaces, saveProduct } from "./save-products.ts";

/** Changes a product as far as the input tells. Safe to repeat: what is so already keeps its version and publishes nothing. */
export function updateProduct(
  input: Input<typeof catalog.updateProduct>,
  ctx: Ctx,
): Promise<Output<typeof catalog.updateProduct>> {
  const { productId, expectedVersion: _, ...draft } = input;
  return retryRaces(() =>
    ctx.db.transaction(async (tx) => {
      await lockProduct(ctx, tx, input);
      return saveProduct(ctx, tx, { kind: "update", productId, draft });
    }),
  );
}
