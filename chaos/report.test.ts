import { describe, expect, it } from "vitest";
import { invariants } from "./invariants.ts";
import { withReport } from "./publish.ts";
import { isClean, reportOf, rowsOf, type Report } from "./report.ts";
import type { Finding } from "./run-chaos.ts";
import { tellOrder } from "./tell-order.ts";
import { soundEvidence } from "./testing-evidence.ts";

const surroundings = {
  commit: "0123456789ab",
  date: "2026-11-25",
  machine: "2 × some processor, 24 GB, linux x64",
  node: "v24.21.0",
  postgres: "18.4",
  durability: { fsync: "on", full_page_writes: "on", synchronous_commit: "on" },
};

function reportWith(findings: readonly Finding[], faults: readonly string[] = []): Report {
  const kill = { died: "process 1", recoveryMs: 900, atMs: 0 };
  const kills = [
    { ...kill, victim: "process" },
    { ...kill, victim: "postgres", recoveryMs: 1_900 },
    { ...kill, victim: "process", recoveryMs: 1_000 },
  ];
  const outcome = { kills, evidence: soundEvidence(), findings, faults, seconds: 60 };
  return reportOf(outcome, { mode: "process", replicas: "", seed: 7, surroundings });
}

const sound = invariants.map(({ name }) => ({ invariant: name, violations: [] }));
const broken = [...sound.slice(1), { invariant: "no-oversell", violations: [{ told: "oversold", orderIds: [] }] }];

describe("the report of a chaos run", () => {
  it("says what was killed, how long it took to be back, and on what machine", () => {
    const rows = new Map(rowsOf(reportWith(sound)));
    expect(rows.get("kills")).toBe("3: 1 postgres, 2 process");
    expect(rows.get("back after")).toBe("1000 ms (median), 1900 ms (longest)");
    expect(rows.get("orders")).toBe("1 cancelled, 2 confirmed, 1 failed");
    expect(rows.get("software")).toContain("fsync on, full_page_writes on, synchronous_commit on");
  });

  it("is clean only without a violation and without a part that ended by itself", () => {
    expect(isClean(reportWith(sound))).toBe(true);
    expect(isClean(reportWith(broken))).toBe(false);
    expect(isClean(reportWith(sound, ["The process ended by itself"]))).toBe(false);
  });

  it("takes the place of the last one of its mode in a page, and no other", () => {
    const page =
      "before\n<!-- chaos:process -->old<!-- /chaos:process -->\n<!-- chaos:fleet -->kept<!-- /chaos:fleet -->";
    const published = withReport(page, reportWith(sound));
    expect(published).toContain("| seed | 7 |");
    expect(published).not.toContain("old");
    expect(published).toContain("<!-- chaos:fleet -->kept<!-- /chaos:fleet -->");
    expect(withReport(published, reportWith(sound))).toBe(published);
    expect(() => withReport("an empty page", reportWith(sound))).toThrow("no place");
  });
});

describe("the history of an order", () => {
  it("tells what its client, every service, the provider and the bus have of it", () => {
    const told = tellOrder(soundEvidence(), "back");
    for (const who of ["shopper 1", "orders", "payments", "ledger", "provider", "inventory", "shipping", "mail", "bus"])
      expect(told).toMatch(new RegExp(`^  [\\d:.]+ ${who} `, "m"));
    expect(told).toContain("checkout → 201 confirmed");
    expect(told).not.toContain("payment-kept");
  });

  it("says so when no database knows the order, and still tells what its client was told", () => {
    const evidence = soundEvidence();
    const told = tellOrder({ ...evidence, orders: [] }, "back");
    expect(told).toContain("is in no database");
    expect(told).toContain("checkout → 201 confirmed");
  });
});
