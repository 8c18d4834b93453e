import { arriveLate } from "./participants.ts";
import { tamper } from "./tamper.ts";

/** A release that finds nothing leaves nothing, and the reserve comes after it. */
arriveLate("stock", { kind: "refused", failure: { code: "inventory_unavailable" } });
tamper(({ text }) =>
  text.startsWith("insert into reservation (id, store, market, state") && text.includes("'released'")
    ? { rowCount: 1 }
    : undefined,
);
