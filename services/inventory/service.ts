import { defineService, hear } from "#platform/service";
import { ShipmentDispatched } from "#shipping/events";
import { adjustStock } from "./adjust-stock.ts";
import { stockAudit } from "./audit-stock.ts";
import { inventory } from "./contract.ts";
import { AvailabilityChanged, GoodsReceived, StockChanged, StockLow, StockReleased, StockReserved } from "./events.ts";
import {
  exportAvailability,
  getReservation,
  getReservationStates,
  getStockDetail,
  listLowStock,
  listMovements,
} from "./inspect-stock.ts";
import { listWarehouses, putWarehouse } from "./manage-warehouses.ts";
import { pin } from "./pin.ts";
import { forgetItem, forgetLines, getAvailability, getStock } from "./read-stock.ts";
import { putReceivedGoodsOnHand, recordWarehouseEvent } from "./receive-goods.ts";
import { reconcileCommand } from "./reconcile.ts";
import { release } from "./release.ts";
import { reserve } from "./reserve.ts";
import { setLowThreshold } from "./set-low-threshold.ts";
import { lowStockThreshold, reserveBatchSize } from "./settings.ts";
import { sweep } from "./sweep.ts";
import { takeDispatchedGoods } from "./take-dispatched-goods.ts";
import { reservationsOpen } from "./watch-reservations.ts";

export const service = defineService({
  name: "inventory",
  contract: inventory,
  operations: {
    reserve,
    pin,
    release,
    getReservation,
    getReservationStates,
    getStock,
    getAvailability,
    exportAvailability,
    getStockDetail,
    adjustStock,
    setLowThreshold,
    listLowStock,
    listMovements,
    recordWarehouseEvent,
    putWarehouse,
    listWarehouses,
  },
  publishes: [AvailabilityChanged, StockLow, StockReserved, StockReleased, GoodsReceived, StockChanged],
  hears: [hear(GoodsReceived, putReceivedGoodsOnHand), hear(ShipmentDispatched, takeDispatchedGoods)],
  watches: [
    hear(AvailabilityChanged, forgetItem),
    hear(StockReserved, forgetLines),
    hear(StockReleased, forgetLines),
    hear(StockChanged, forgetLines),
  ],
  jobs: [{ name: "sweep", everyMs: 1_000, run: sweep }],
  settings: [lowStockThreshold, reserveBatchSize],
  audits: [stockAudit],
  gauges: [reservationsOpen],
  commands: [reconcileCommand],
});
