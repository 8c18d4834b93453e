import { everyNth, tamper } from "./tamper.ts";

/** Stock changes, and the ledger does not hear of it. */
const isNext = everyNth(3);
tamper(({ text, values }) => {
  if (!text.includes("insert into movement") || !isNext()) return undefined;
  return { values: values.map((value) => (isMovements(value) ? "[]" : value)) };
});

function isMovements(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("[") && value.includes('"deltaOnHand"');
}
