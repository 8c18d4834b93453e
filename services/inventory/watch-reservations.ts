import { defineGauge } from "#platform/gauges";
import { countOpenReservations } from "./watch-store.ts";

export const reservationsOpen = defineGauge({
  name: "tradepost_reservations_open",
  help: "Reservations that hold stock, by state (held: for a checkout, pinned: for an order); 10,000 at most.",
  labels: ["state"],
  read: async ({ db }) =>
    (await countOpenReservations(db)).map(({ state, count }) => ({ labels: [state], value: count })),
});
