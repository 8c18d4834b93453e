import { describe, expect, it } from "vitest";
import {
  documentOf,
  medianRun,
  missedDemands,
  readRun,
  tableOf,
  type Measured,
  type Run,
} from "./lighthouse-report.ts";

const GOOD: Run = {
  scores: { performance: 99, accessibility: 100, "best-practices": 100, seo: 100 },
  faults: { performance: [], accessibility: [], "best-practices": [], seo: [] },
  fcpMs: 900,
  lcpMs: 1_000,
  speedIndexMs: 950,
  tbtMs: 10,
  cls: 0,
  htmlBytes: 3_000,
  scriptBytes: 1_440,
};

function fast(performance: number, lcpMs = GOOD.lcpMs): Run {
  return { ...GOOD, lcpMs, scores: { ...GOOD.scores, performance } };
}

describe("the median run", () => {
  it("is the middle one by performance, whatever their order", () => {
    expect(medianRun([fast(60), fast(100), fast(98), fast(99), fast(97)])).toEqual(fast(98));
  });

  it("is the middle one by the largest paint when the scores are equal", () => {
    expect(medianRun([fast(99, 1_300), fast(99, 1_100), fast(99, 1_200)])).toEqual(fast(99, 1_200));
  });

  it("is the worse one of two", () => {
    expect(medianRun([fast(99), fast(97)])).toEqual(fast(97));
  });
});

describe("the demands", () => {
  it("are met by good pages, though one run was slow", () => {
    expect(missedDemands([{ page: "home", runs: [fast(60), fast(98), fast(99)] }])).toEqual([]);
  });

  it("tell a page that is slow in the median", () => {
    expect(missedDemands([{ page: "home", runs: [fast(100), fast(97), fast(97)] }])).toEqual([
      "home: performance 97, demanded 98 ()",
    ]);
  });

  it.each([
    ["accessibility", "accessibility"],
    ["best-practices", "best practices"],
    ["seo", "SEO"],
  ] as const)("tell %s below 100 in one run of many, and why", (category, name) => {
    const bad = {
      ...GOOD,
      scores: { ...GOOD.scores, [category]: 96 },
      faults: { ...GOOD.faults, [category]: ["Links"] },
    };
    expect(missedDemands([{ page: "cart", runs: [GOOD, bad, GOOD] }])).toEqual([
      `cart: ${name} 96, demanded 100 (Links)`,
    ]);
  });

  it("tell the smallest shift in one run of many", () => {
    expect(missedDemands([{ page: "cart", runs: [GOOD, GOOD, { ...GOOD, cls: 0.0004 }] }])).toEqual([
      "cart: cumulative layout shift 0.0004, demanded 0",
    ]);
  });
});

describe("what Lighthouse found", () => {
  const score = (id: string, of: number) => ({ score: of, auditRefs: [{ id, weight: 1 }] });
  const time = (numericValue: number) => ({ title: "", score: 1, numericValue });
  const items = [
    { resourceType: "Document", transferSize: 3_000 },
    { resourceType: "Script", transferSize: 1_000 },
    { resourceType: "Script", transferSize: 440 },
    { resourceType: "Image", transferSize: 9_000 },
  ];
  const measured: Measured = {
    categories: {
      performance: score("speed-index", 0.99),
      accessibility: score("label", 1),
      "best-practices": score("doctype", 1),
      seo: score("meta-description", 0.88),
    },
    audits: {
      "first-contentful-paint": time(900),
      "largest-contentful-paint": time(1_000),
      "speed-index": time(950),
      "total-blocking-time": time(10),
      "cumulative-layout-shift": time(0),
      "network-requests": { title: "", score: 1, details: { type: "table", items } },
      label: { title: "Labels", score: null },
      doctype: { title: "Doctype", score: 1 },
      "meta-description": { title: "Document does not have a meta description", score: 0 },
    },
  };

  it("is read: scores, times, bytes, and what took points", () => {
    expect(readRun(measured)).toEqual({
      ...GOOD,
      scores: { ...GOOD.scores, seo: 88 },
      faults: { ...GOOD.faults, seo: ["Document does not have a meta description"] },
    });
  });

  it.each(["first-contentful-paint", "cumulative-layout-shift", "network-requests"])(
    "is refused without %s",
    (audit) => {
      const { [audit]: _, ...audits } = measured.audits;
      expect(() => readRun({ ...measured, audits })).toThrow("Lighthouse did not");
    },
  );

  it("is refused without a score", () => {
    const categories = { ...measured.categories, seo: { score: null, auditRefs: [] } };
    expect(() => readRun({ ...measured, categories })).toThrow("seo");
  });
});

describe("the document", () => {
  const around = { machine: "a machine", lighthouse: "13", chromium: "153", date: "2026-01-02" };

  it("has a row for each page, of its median run", () => {
    const runs = [fast(97), fast(99), fast(100)];
    const row = "| home | 99 (97–100) | 100 | 100 | 100 | 0.90 s | 1.00 s | 0.95 s | 10 ms | 0 | 3.0 kB | 1.4 kB |";
    expect(tableOf([{ page: "home", runs }]).split("\n")[2]).toBe(row);
    expect(documentOf([{ page: "home", runs }], around)).toContain(row);
  });

  it("says what is missed, and that the cart is judged without one audit", () => {
    const text = documentOf([{ page: "home", runs: [fast(90)] }], around);
    expect(text).toContain("MISSED:\n\n- home: performance 90, demanded 98 ()");
    expect(text).toContain("WITHOUT Lighthouse's audit `is-crawlable`");
    expect(text).not.toContain("All of it is met.");
  });
});
