import { tamper } from "./tamper.ts";

/** The provider says that it gave the money back, and has it still. */
tamper(({ text }) => (text.startsWith("insert into charge_refund") ? { rowCount: 1 } : undefined));
