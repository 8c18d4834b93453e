import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { Charge } from "./contract.ts";

export const ProviderEventSent = defineEvent({
  service: "payment-simulator",
  name: "ProviderEventSent",
  version: 1,
  subject: "key",
  summary: "The provider tells what became of a charge; may come twice, late and out of order, as with any provider.",
  data: Type.Object({
    key: Type.String(),
    eventId: Type.String(),
    charge: Charge,
  }),
  fields: {
    key: "Key of the charge.",
    eventId: "The provider's id of what it tells; a repeat has the same.",
    charge: "The whole charge as it was then.",
  },
});
