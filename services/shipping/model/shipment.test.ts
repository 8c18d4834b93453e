import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideCancellation, decideMove, transitions, type State } from "./shipment.ts";

const states = Object.keys(transitions) as State[];
const untracked = { carrier: null, trackingCode: null };
const at = (state: State) => ({ state, ...untracked });

describe("a shipment", () => {
  test("goes from the shelf to the door", () => {
    expect(decideMove(at("pending"), "picked")).toBe("move");
    expect(decideMove(at("picked"), "dispatched")).toBe("move");
    expect(decideMove(at("dispatched"), "in_transit")).toBe("move");
    expect(decideMove(at("in_transit"), "delivered")).toBe("move");
    expect(decideMove(at("delivered"), "returned")).toBe("move");
  });

  test("may be dispatched without having been picked, and delivered without having been seen on its way", () => {
    expect(decideMove(at("pending"), "dispatched")).toBe("move");
    expect(decideMove(at("dispatched"), "delivered")).toBe("move");
  });

  test("stays where it is when asked to go there again", () => {
    for (const state of states) expect(decideMove(at(state), state)).toBe("nothing");
  });

  test("is not dispatched again under another tracking code or carrier", () => {
    const dispatched = { state: "dispatched", carrier: "Royal Mail", trackingCode: "TP1" } as const;
    expect(decideMove(dispatched, "dispatched", { trackingCode: "TP1" })).toBe("nothing");
    expect(decideMove(dispatched, "dispatched", { trackingCode: "TP2" })).toBe("refuse");
    expect(decideMove(dispatched, "dispatched", { carrier: "DHL" })).toBe("refuse");
  });

  test("never comes back from returned or cancelled, nor to the shelf once it left", () => {
    for (const to of states.filter((state) => state !== "returned"))
      expect(decideMove(at("returned"), to)).toBe("refuse");
    for (const to of states.filter((state) => state !== "cancelled"))
      expect(decideMove(at("cancelled"), to)).toBe("refuse");
    for (const from of ["dispatched", "in_transit", "delivered"] as const) {
      for (const to of ["pending", "picked", "cancelled"] as const) expect(decideMove(at(from), to)).toBe("refuse");
    }
  });

  test("whatever is asked of it, ends: no walk visits a state twice", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states), { maxLength: 40 }), (asked) => {
        const visited: State[] = ["pending"];
        for (const to of asked) if (decideMove(at(visited.at(-1)!), to) === "move") visited.push(to);
        expect(new Set(visited).size).toBe(visited.length);
      }),
    );
  });
});

describe("cancelling an order's shipments", () => {
  const one = (state: State, id: number) => ({ state, id });

  test("takes those that are still in the house", () => {
    const decision = decideCancellation([one("pending", 1), one("picked", 2), one("cancelled", 3)]);
    expect(decision).toEqual({ kind: "cancel", open: [one("pending", 1), one("picked", 2)] });
  });

  test("is refused as a whole when one left already", () => {
    for (const state of ["dispatched", "in_transit", "delivered", "returned"] as const) {
      expect(decideCancellation([one("pending", 1), one(state, 2)])).toEqual({ kind: "refuse", gone: one(state, 2) });
    }
  });
});
