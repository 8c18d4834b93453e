import { arriveLate } from "./participants.ts";
import { tamper } from "./tamper.ts";

/** A void that finds nothing leaves nothing, and the charge comes after it. */
arriveLate("payment", { kind: "refused", failure: { code: "payment_declined" } });
tamper(({ text }) =>
  text.startsWith("insert into payment (payment_id, store, market, provider, status") && text.includes("'voided'")
    ? { rowCount: 1 }
    : undefined,
);
