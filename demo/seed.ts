/** A fixed number in [0, 1) for a text (FNV-1a, finished with a mix): gives variety that is the same on every run. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** One of `choices`, always the same one for the same `seed` text. Throws on an empty list. */
export function pick<T>(choices: readonly T[], seed: string): T {
  const choice = choices[Math.floor(seedOf(seed) * choices.length)];
  if (choice === undefined) throw new Error("nothing to pick from");
  return choice;
}
