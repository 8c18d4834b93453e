import { tamper } from "./tamper.ts";

/** The relay of inventory holds its lease and sees nothing to do. */
tamper(({ text, database }) =>
  database === "inventory" &&
  text.includes("left join lateral ( select seq, event_id, type, key, envelope, written_at from outbox")
    ? { rowCount: 1, rows: [{ seq: null }] }
    : undefined,
);
