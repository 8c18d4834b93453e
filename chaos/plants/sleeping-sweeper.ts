import { tamper } from "./tamper.ts";

/** Nobody goes on with an order whose first try had no answer. */
tamper(({ text }) => {
  const isSweep = text.startsWith("update orders set lease_token") && text.includes("for update skip locked");
  const isNews = text.startsWith("update orders set nudges = nudges + 1");
  return isSweep || isNews ? { rowCount: 0 } : undefined;
});
