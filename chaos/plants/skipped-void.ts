import { replace } from "./participants.ts";

/** An order that is undone keeps the money. */
replace("payment", (payment) => ({ ...payment, undo: async () => ({ kind: "undone" }) }));
