import { pictureWidths } from "../contract.ts";

/** How a picture is wanted. */
export type PictureSize =
  /** As wide as this, but never wider than it is. */
  | { readonly kind: "width"; readonly width: number }
  /** On a ground of this size, whatever its own shape: for what shows pictures in one shape only, and no drawings. */
  | { readonly kind: "ground"; readonly width: number; readonly height: number };

export type PictureFormat = "avif" | "webp" | "jpeg";

const GROUNDS: Readonly<Record<string, PictureSize>> = {
  share: { kind: "ground", width: 1_200, height: 630 },
  square: { kind: "ground", width: 1_200, height: 1_200 },
};

/** The size that an address names; undefined for any other: whoever could choose would fill memory and processor. */
export function pictureSize(name: string): PictureSize | undefined {
  if (Object.hasOwn(GROUNDS, name)) return GROUNDS[name];
  const width = pictureWidths.find((one) => String(one) === name);
  return width === undefined ? undefined : { kind: "width", width };
}

/** The smallest format that a client says it reads; on a ground it is JPEG, which everything reads. */
export function pictureFormat({ kind }: PictureSize, accept: string): PictureFormat {
  if (kind === "ground") return "jpeg";
  return /\bimage\/avif\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accept) ? "avif" : "webp";
}
