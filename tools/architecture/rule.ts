import type { Tree } from "./tree.ts";

/** One place where a rule is broken: `told` completes the line after the file's name. */
export type Finding = { readonly file: string; readonly line?: number; readonly told: string };

/** One check of the house. `sentence` tells a newcomer what to do instead; the rule has a planted violation in `plantings`. */
export type Rule = {
  readonly name: string;
  readonly sentence: string;
  find(tree: Tree): readonly Finding[] | Promise<readonly Finding[]>;
};
