import { everyNth, tamper } from "./tamper.ts";

/** A listener takes every third event for one that it has heard. */
const isNext = everyNth(3);
tamper(({ text, database }) =>
  database === "orders" && text.startsWith("insert into heard_event") && isNext() ? { rowCount: 0 } : undefined,
);
