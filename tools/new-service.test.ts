import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scaffoldService } from "./scaffold-service.ts";

const where = `# Where\n\n## Services\n\n| service | at |\n|---|---|\n| orders | x |\n\n## More\n\n| a | b |\n\n`;
const topology = `export const topology = [\n  { name: "orders" },\n];\n\nexport const other = [\n  1,\n];\n`;

describe("a new service", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "tradepost-scaffold-"));
    for (const folder of ["services/orders", "services/carts", "apps/admin"])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "topology.ts"), topology);
    mkdirSync(join(root, "docs"));
    writeFileSync(join(root, "docs/where.md"), where);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it.each([
    ["Wishlist", "no name for a service"],
    ["wish_list", "no name for a service"],
    ["../wishlist", "no name for a service"],
    ["wishlist-", "no name for a service"],
    ["3d-models", "no name for a service"],
    ["", "no name for a service"],
    ["w".repeat(31), "too long"],
    ["common", "says nothing"],
    ["platform", "means something else here"],
    ["delete", "means something else here"],
    ["orders", `a service "orders" already`],
    ["carts", `a service "carts" already`],
    ["admin", `a service "admin" already`],
  ])("is refused the name %j and writes nothing", (name, told) => {
    const before = readdirSync(root, { recursive: true });
    expect(() => scaffoldService(root, name, { withEvents: false })).toThrow(told);
    expect(readdirSync(root, { recursive: true })).toEqual(before);
    expect(readFileSync(join(root, "topology.ts"), "utf8")).toBe(topology);
  });

  it("gets the last row of the table and no other line", () => {
    scaffoldService(root, "wishlist", { withEvents: false });
    const rows = readFileSync(join(root, "topology.ts"), "utf8");
    const row = `  { name: "wishlist", risk: "low", p99Ms: 300, port: 8_110, replicas: 1, databaseConnections: 4 },\n`;
    expect(rows).toBe(topology.replace(`{ name: "orders" },\n`, (before) => before + row));
  });

  it("gets the last row of the services in docs/where.md", () => {
    scaffoldService(root, "wishlist", { withEvents: false });
    const row = "| what wishlist owns | `services/wishlist/README.md` |\n";
    expect(readFileSync(join(root, "docs/where.md"), "utf8")).toBe(where.replace("| orders | x |\n", (it) => it + row));
  });

  it("has events only when asked for", () => {
    const plain = scaffoldService(root, "wishlist", { withEvents: false });
    const telling = scaffoldService(root, "gift-cards", { withEvents: true });
    expect(plain).not.toContain("services/wishlist/events.ts");
    expect(telling).toContain("services/gift-cards/events.ts");
    const left = telling.map((file) => readFileSync(join(root, file), "utf8")).filter((text) => text.includes("{{"));
    expect(left).toEqual([]);
  });

  it("says what to do when the table cannot be found", () => {
    writeFileSync(join(root, "topology.ts"), "export const rows = [];\n");
    expect(() => scaffoldService(root, "wishlist", { withEvents: false })).toThrow("add the row by hand");
    expect(readdirSync(join(root, "services"))).toEqual(["carts", "orders"]);
  });
});
