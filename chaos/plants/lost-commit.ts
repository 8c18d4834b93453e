import { everyNth, tamper } from "./tamper.ts";

/** Every third order is told to be written, and is gone. */
const isNext = everyNth(3);
const lost = new WeakSet<object>();
tamper(({ text, connection }) => {
  if (text.includes("insert into orders (") && isNext()) lost.add(connection);
  return text === "commit" && lost.delete(connection) ? { text: "rollback", answerCommand: "COMMIT" } : undefined;
});
