import { everyNth, tamper } from "./tamper.ts";

/** A change is made and its event is not written. */
const isNext = everyNth(4);
tamper(({ text, database }) =>
  database === "orders" && text.startsWith("insert into outbox") && isNext() ? { rowCount: 1 } : undefined,
);
