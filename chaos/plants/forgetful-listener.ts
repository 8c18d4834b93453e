import { tamper } from "./tamper.ts";

const AGAIN_MS = 5_000;

/** A listener that takes every event for a new one; and for a while it hears everything over and over. */
let firstMs: number | undefined;
tamper(({ text, database, values }) => {
  if (database === "cart" && text.startsWith("insert into heard_event")) return { answerRowCount: 1 };
  if (database !== "bus" || !text.startsWith("update group_position stand") || !values.includes("cart"))
    return undefined;
  firstMs ??= Date.now();
  return Date.now() - firstMs < AGAIN_MS ? { rowCount: 0 } : undefined;
});
