import Type from "typebox";
import { defineEvent } from "#kernel/event";

export const MarketChanged = defineEvent({
  service: "pricing",
  name: "MarketChanged",
  version: 1,
  subject: "code",
  summary: "The staff created a market, or changed its currency, languages, tax or rounding.",
  data: Type.Object({ code: Type.String(), version: Type.Integer() }),
  fields: { code: "Code of the market.", version: "Version of the market after the change." },
});
