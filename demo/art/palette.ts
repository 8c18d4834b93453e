/** The colours of one drawing: the body, its shaded side, its lit side, a colour for details and one for a pattern on the body. */
export type Palette = {
  readonly main: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
  readonly print: string;
};

const white = "#fffaf0";
const rows: Readonly<
  Record<string, readonly [main: string, dark: string, light: string, accent: string, print: string]>
> = {
  red: ["#c94f45", "#a63c36", "#dd7a6d", "#f3e3c8", white],
  pink: ["#e8a0ab", "#d07f8e", "#f5c6cb", "#c94f5f", white],
  orange: ["#e2914f", "#c47436", "#f0b582", "#7a5a8c", white],
  yellow: ["#ecc75f", "#d2a93f", "#f6dd94", "#5b83a8", white],
  green: ["#86a873", "#6a8c59", "#abc69b", "#e0785f", white],
  mint: ["#a8d3c2", "#86b8a5", "#cde8dd", "#dd7f76", white],
  blue: ["#5f8ab3", "#476f97", "#8fb0d0", "#eec36a", white],
  "light-blue": ["#a5c8e0", "#80abc9", "#cbe0ee", "#e08a7d", white],
  turquoise: ["#52a9a8", "#3c8b8b", "#86c8c5", "#f0b27a", white],
  purple: ["#8d6fa9", "#72558d", "#b199c7", "#eec36a", white],
  lilac: ["#bfa8d6", "#a188bb", "#dacbe8", "#7d9f6c", white],
  black: ["#44424a", "#2f2d35", "#6b6873", "#d9b26a", white],
  grey: ["#a3a6ab", "#83878d", "#c5c8cc", "#d98f7a", white],
  silver: ["#c6ccd2", "#a2aab2", "#e6eaed", "#8fa9bd", "#7f94a6"],
  gold: ["#d3ad5c", "#b18b3d", "#e8cd8d", "#8f5a4a", white],
  copper: ["#c18259", "#9e653f", "#dba988", "#5f8f8a", white],
  brown: ["#93694b", "#755038", "#b68d6d", "#e7c99a", white],
  natural: ["#d6b587", "#b8945f", "#e8d2b0", "#8a6a45", "#a0714a"],
  cream: ["#f5e6c6", "#dcc798", "#fcf4e0", "#c96a5b", "#c96a5b"],
  ivory: ["#f8efdc", "#dfd0b0", "#fffaee", "#7f9b8a", "#b98a5f"],
  white: ["#fffdf8", "#e2dacb", "#ffffff", "#d0705f", "#d0705f"],
  clear: ["#d8e8ea", "#aecbd0", "#eff7f8", "#7fa7ae", "#8fb3ba"],
  multicolour: ["#e58a7b", "#5f9fae", "#f2c66b", "#8fae79", white],
};

/** The palette of a colour facet's value; an unknown value is drawn in blue. */
export function paletteOf(tone: string): Palette {
  const [main, dark, light, accent, print] = rows[tone] ??
    rows["blue"] ?? ["#5f8ab3", "#476f97", "#8fb0d0", "#eec36a", white];
  return { main, dark, light, accent, print };
}
