import { tamper } from "./tamper.ts";

/** A listener that fails whatever it hears. */
tamper(({ text, database }) =>
  database === "cart" && text.startsWith("insert into heard_event") ? new TypeError("planted") : undefined,
);
