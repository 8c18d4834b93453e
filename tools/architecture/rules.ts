import { codeRules } from "./code-rules.ts";
import { docRules } from "./doc-rules.ts";
import { edgeRules } from "./edges.ts";
import { importRules } from "./import-rules.ts";
import { layoutRules } from "./layout.ts";
import { promiseRules } from "./promise-rules.ts";
import type { Finding, Rule } from "./rule.ts";
import { sizeRules } from "./sizes.ts";
import type { Tree } from "./tree.ts";

/** Every rule of the house. `npm run architecture` runs them all; each has a planted violation in `plantings`. */
export const rules: readonly Rule[] = [
  {
    name: "every-file-is-cruised",
    sentence:
      "dependency-cruiser did not read this file, so no import rule guards it: check typescript 6 and tools/architecture/cruise.ts.",
    find: unseenFiles,
  },
  ...importRules.map(({ name, sentence }) => ({
    name,
    sentence,
    find: async (tree: Tree) => (await tree.cruise()).findings.get(name) ?? [],
  })),
  ...codeRules,
  ...edgeRules,
  ...promiseRules,
  ...layoutRules,
  ...docRules,
  ...sizeRules,
];

async function unseenFiles(tree: Tree): Promise<readonly Finding[]> {
  const { seen } = await tree.cruise();
  return tree.code.filter((file) => !seen.has(file)).map((file) => ({ file, told: "was not cruised" }));
}
