import { tamper } from "./tamper.ts";

/** No Idempotency-Key is remembered. */
tamper(({ text }) => {
  if (text.includes("from idempotency_keys where")) return { rowCount: 0 };
  return text.startsWith("insert into idempotency_keys") ? { rowCount: 1 } : undefined;
});
