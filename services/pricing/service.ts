import { defineService, hear } from "#platform/service";
import { catalog } from "#catalog/contract";
import { shipping } from "#shipping/contract";
import { pricing } from "./contract.ts";
import { MarketChanged } from "./events.ts";
import { putMarket } from "./put-market.ts";
import { quote } from "./quote.ts";
import { forgetMarket, getMarket, listMarkets } from "./read-market.ts";
import { taxRounding } from "./settings.ts";

export const service = defineService({
  name: "pricing",
  contract: pricing,
  operations: { quote, getMarket, listMarkets, putMarket },
  calls: [catalog, shipping],
  publishes: [MarketChanged],
  watches: [hear(MarketChanged, forgetMarket)],
  settings: [taxRounding],
});
