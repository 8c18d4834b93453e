/** What is in a cart: of each SKU how many pieces, and where it stands (the cart's version at which it came in). */
export type Lines = Readonly<Record<string, readonly [quantity: number, position: number]>>;
export type Line = { readonly sku: string; readonly quantity: number };
export type Limits = { readonly lines: number; readonly quantity: number };

/** In the order in which they came in. */
export function inOrder(lines: Lines): readonly Line[] {
  return Object.entries(lines)
    .toSorted(([a, [, first]], [b, [, second]]) => first - second || (a < b ? -1 : 1))
    .map(([sku, [quantity]]) => ({ sku, quantity }));
}

/** `into` with everything of `from` on top, quantities added up and cut at the limit. What would be a line too many is left
 *  out; new lines stand behind the old ones, at `position`. */
export function mergeLines(
  into: Lines,
  from: Lines,
  told: { readonly limits: Limits; readonly position: number },
): { readonly lines: Lines; readonly leftOut: Lines } {
  const lines = new Map(Object.entries(into));
  const leftOut = new Map<string, Lines[string]>();
  for (const { sku, quantity } of inOrder(from)) {
    const present = lines.get(sku);
    if (present === undefined && lines.size >= told.limits.lines) leftOut.set(sku, from[sku]!);
    else {
      const [before, position] = present ?? [0, told.position];
      lines.set(sku, [Math.min(before + quantity, told.limits.quantity), position]);
    }
  }
  return { lines: Object.fromEntries(lines), leftOut: Object.fromEntries(leftOut) };
}

/** What is left after `wanted` was taken out (fewer pieces, or no line at all), and what of it was not there. */
export function takeOut(
  lines: Lines,
  wanted: readonly Line[],
): { readonly lines: Lines; readonly missing: readonly Line[] } {
  const left = new Map(Object.entries(lines));
  const missing: Line[] = [];
  for (const { sku, quantity } of wanted) {
    const [present, position] = left.get(sku) ?? [0, 0];
    if (present > quantity) left.set(sku, [present - quantity, position]);
    else left.delete(sku);
    if (present < quantity) missing.push({ sku, quantity: quantity - present });
  }
  return { lines: Object.fromEntries(left), missing };
}

export function countOf(lines: Lines): { readonly lineCount: number; readonly itemCount: number } {
  const quantities = Object.values(lines).map(([quantity]) => quantity);
  return { lineCount: quantities.length, itemCount: quantities.reduce((sum, quantity) => sum + quantity, 0) };
}

export type Change = { readonly sku: string; readonly quantity: number; readonly isAdding: boolean };
export type Objection =
  | { readonly kind: "changed" }
  | { readonly kind: "too_many_lines" }
  | { readonly kind: "too_many_pieces"; readonly quantity: number };

/** Why a cart does not take a change; undefined when it does. */
export function findObjection(
  present: { readonly lines: Lines; readonly version: number },
  change: Change,
  told: { readonly limits: Limits; readonly expectedVersion?: number | undefined },
): Objection | undefined {
  if (told.expectedVersion !== undefined && told.expectedVersion !== present.version) return { kind: "changed" };
  const before = present.lines[change.sku];
  const quantity = change.isAdding ? (before?.[0] ?? 0) + change.quantity : change.quantity;
  if (quantity > told.limits.quantity) return { kind: "too_many_pieces", quantity };
  const isFull = before === undefined && Object.keys(present.lines).length >= told.limits.lines;
  return isFull ? { kind: "too_many_lines" } : undefined;
}
