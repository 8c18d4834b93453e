import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plantTree, type PlantedTree } from "./planted-tree.ts";
import { plantings } from "./plantings.ts";
import { rules } from "./rules.ts";
import { readTree } from "./tree.ts";

describe("architecture rules", () => {
  let clean: PlantedTree;
  beforeAll(() => {
    clean = plantTree({});
  });
  afterAll(() => clean[Symbol.dispose]());

  it("each has a planted violation, and each planting a rule", () => {
    // The one rule that no file can break: see the test of the empty cruise.
    const guarded = new Set([...plantings.map(({ rule }) => rule), "every-file-is-cruised"]);
    expect([...guarded].toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
  });

  it("find nothing in a clean house", async () => {
    const found = await Promise.all(rules.map((rule) => rule.find(clean)));
    const inServices = found.flat().filter(({ file }) => !/^(kernel|platform)\//.test(file));
    expect(inServices).toEqual([]);
  });

  it.each(plantings.map((planting, index) => ({ ...planting, title: `${planting.rule} (${index + 1})` })))(
    "catch the planted violation of $title",
    async ({ rule: name, files, caught }) => {
      using tree = plantTree(files);
      const rule = rules.find((one) => one.name === name)!;
      const before = (await rule.find(clean)).map((finding) => JSON.stringify(finding));
      const found = (await rule.find(tree)).filter((finding) => !before.includes(JSON.stringify(finding)));
      expect(found.map(({ file }) => file).toSorted()).toEqual(caught.toSorted());
    },
  );

  it("notice when dependency-cruiser reads fewer files than there are", async () => {
    const rule = rules.find(({ name }) => name === "every-file-is-cruised")!;
    const blind = { ...clean, cruise: async () => ({ findings: new Map(), seen: new Set<string>() }) };
    expect((await rule.find(blind)).length).toBe(clean.code.length);
  });

  it("see all the files of this project", () => {
    const { code } = readTree(join(import.meta.dirname, "../.."));
    expect(code).toContain("tools/architecture/rules.ts");
    expect(code.filter((file) => file.includes("node_modules"))).toEqual([]);
  });
});
