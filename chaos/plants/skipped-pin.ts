import { tamper } from "./tamper.ts";

/** A reservation is told to be pinned and is not. */
tamper(({ text }) => (text.startsWith("update reservation set state = 'pinned'") ? { rowCount: 1 } : undefined));
