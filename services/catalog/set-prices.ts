import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { withPrices } from "./model/set-prices.ts";
import { lockProduct, refusalOf, retryRaces, saveProduct } from "./save-products.ts";

/** Sets list prices of a product's variants; all or none. Refuses SKU_NOT_FOUND. Safe to repeat. */
export function setPrices(input: Input<typeof catalog.setPrices>, ctx: Ctx): Promise<Output<typeof catalog.setPrices>> {
  return retryRaces(() =>
    ctx.db.transaction(async (tx) => {
      const present = await lockProduct(ctx, tx, input);
      const { product, problems } = withPrices(present, input.prices);
      if (problems.length > 0) throw refusalOf(problems);
      return saveProduct(ctx, tx, { kind: "put", product });
    }),
  );
}
