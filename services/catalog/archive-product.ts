import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { lockProduct, retryRaces, saveProduct } from "./save-products.ts";

/** Takes a product out of the shop. Safe to repeat: an archived one is answered as it is, whatever version is expected. */
export function archiveProduct(
  input: Input<typeof catalog.archiveProduct>,
  ctx: Ctx,
): Promise<Output<typeof catalog.archiveProduct>> {
  return retryRaces(() =>
    ctx.db.transaction(async (tx) => {
      const present = await lockProduct(ctx, tx, { productId: input.productId });
      if (present.status === "archived") return present;
      const product = await lockProduct(ctx, tx, input);
      return saveProduct(ctx, tx, { kind: "put", product: { ...product, status: "archived" } });
    }),
  );
}
