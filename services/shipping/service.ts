import { defineService, hear } from "#platform/service";
import { cancelShipments } from "./cancel-shipments.ts";
import { shipping } from "./contract.ts";
import { createShipment } from "./create-shipment.ts";
import {
  RatesChanged,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentReturned,
} from "./events.ts";
import { dispatchShipment, markDelivered, markInTransit, markReturned, pickShipment } from "./move-shipment.ts";
import { putRates } from "./put-rates.ts";
import { forgetRates, getRates, quoteRates } from "./quote-rates.ts";
import { getShipment, listShipments } from "./read-shipments.ts";
import { originCountry } from "./settings.ts";

export const service = defineService({
  name: "shipping",
  contract: shipping,
  operations: {
    quoteRates,
    createShipment,
    cancelShipments,
    listShipments,
    getShipment,
    pickShipment,
    dispatchShipment,
    markInTransit,
    markDelivered,
    markReturned,
    getRates,
    putRates,
  },
  publishes: [
    ShipmentCreated,
    ShipmentDispatched,
    ShipmentDelivered,
    ShipmentReturned,
    ShipmentCancelled,
    RatesChanged,
  ],
  watches: [hear(RatesChanged, forgetRates)],
  settings: [originCountry],
});
