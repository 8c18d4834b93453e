import sharp from "sharp";
import type { PictureFormat, PictureSize } from "./model/picture-size.ts";

/** Of a picture once it is unpacked. Few bytes can be very many pixels: a megabyte of them fills gigabytes. */
const MOST_PIXELS = 24_000_000;
const LONGEST_SECONDS = 10;
const GROUND = "#ffffff";
const DOTS_PER_INCH = 72;

/** What scaling makes of a picture. Works in threads beside the event loop; throws for what cannot be read or is too large. */
export async function scalePicture(
  content: Uint8Array,
  { size, format }: { readonly size: PictureSize; readonly format: PictureFormat },
): Promise<Buffer> {
  const reading = { limitInputPixels: MOST_PIXELS, failOn: "error" } as const;
  const { width, height, format: drawn } = await sharp(content, reading).metadata();
  // A drawing is drawn as large as it will be, not drawn small and enlarged.
  const scale = drawn === "svg" ? Math.min(size.width / Math.max(width, height, 1), 10) : 1;
  const density = DOTS_PER_INCH * Math.max(scale, 1);
  const picture = sharp(content, { ...reading, density })
    .autoOrient()
    .timeout({ seconds: LONGEST_SECONDS });
  if (size.kind === "width") picture.resize({ width: size.width, withoutEnlargement: true });
  else picture.resize({ width: size.width, height: size.height, fit: "contain", background: GROUND });
  if (format === "avif") return picture.avif({ quality: 55, effort: 3 }).toBuffer();
  if (format === "webp") return picture.webp({ quality: 78 }).toBuffer();
  return picture.flatten({ background: GROUND }).jpeg({ quality: 82, progressive: true }).toBuffer();
}
