import Type, { type TSchema } from "typebox";
import { refuse, type Refusal } from "./refusal.ts";

/** Query fields of every list: how many, and from where (the cursor of the page before). */
export const PageRequest = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  // Room for a position with a text of 255 letters of any script.
  cursor: Type.Optional(Type.String({ maxLength: 4_096, description: "`nextCursor` of the page before." })),
} as const;

/** A page of a list: no totals; `nextCursor` is null at the end. */
export function PageOf<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

/** Writes a keyset position as an opaque cursor. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(position))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** Reads a cursor of `size` parts; undefined when it is not one of ours. */
export function decodeCursor(cursor: string, size: number): readonly (string | number)[] | undefined {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
      letter.charCodeAt(0),
    );
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const position: unknown = JSON.parse(text);
    const isPosition =
      Array.isArray(position) &&
      position.length === size &&
      position.every((part) => typeof part === "string" || Number.isFinite(part));
    return isPosition ? (position as (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The refusal of a cursor that was not made for this list: `throw badCursor()`. */
export function badCursor(): Refusal {
  return refuse.INVALID_INPUT({ errors: [{ field: "cursor", message: "is not a cursor of this list" }] });
}
