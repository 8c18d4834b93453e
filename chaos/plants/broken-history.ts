import { everyNth, tamper } from "./tamper.ts";

/** A defect: every other look at an order fails. */
const isNext = everyNth(2);
tamper(({ text }) =>
  text.includes("from order_history where order_id") && isNext() ? new TypeError("planted") : undefined,
);
