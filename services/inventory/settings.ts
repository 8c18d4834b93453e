import { integerSetting } from "#platform/config";

export const lowStockThreshold = integerSetting("INVENTORY_LOW_STOCK_THRESHOLD", {
  doc: "At how many available a SKU without a threshold of its own counts as low.",
  unit: "pieces",
  defaultValue: 5,
  maximum: 1_000_000,
});

export const reserveBatchSize = integerSetting("INVENTORY_RESERVE_BATCH_SIZE", {
  doc: "Reservations that one replica decides in one transaction, at most. They gather while the one before is written; nothing waits for a batch to fill.",
  unit: "orders",
  defaultValue: 128,
  minimum: 1,
  maximum: 1_000,
});
