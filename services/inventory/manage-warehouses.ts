import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { inventory } from "./contract.ts";
import { listAllWarehouses, upsertWarehouse } from "./warehouse-store.ts";

/** Creates or changes a warehouse. A change of priority or countries applies from the next reservation on. Safe to repeat. */
export async function putWarehouse(
  { code, name, priority = 100, countries = null }: Input<typeof inventory.putWarehouse>,
  ctx: Ctx,
): Promise<Output<typeof inventory.putWarehouse>> {
  const warehouse = { code, name, priority, countries };
  await upsertWarehouse(ctx.db, warehouse);
  return warehouse;
}

export async function listWarehouses(
  _input: Input<typeof inventory.listWarehouses>,
  ctx: Ctx,
): Promise<Output<typeof inventory.listWarehouses>> {
  return { warehouses: await listAllWarehouses(ctx.db) };
}
