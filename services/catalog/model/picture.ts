export type PictureType = "image/svg+xml" | "image/png" | "image/webp" | "image/avif" | "image/jpeg";

const EXTENSIONS: Readonly<Record<PictureType, readonly string[]>> = {
  "image/svg+xml": ["svg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "image/avif": ["avif"],
  "image/jpeg": ["jpg", "jpeg"],
};

/** What a picture is by its first bytes, whatever anyone calls it; undefined when it is none that we serve. */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (head.slice(4, 8) === "ftyp" && ["avif", "avis"].includes(head.slice(8, 12))) return "image/avif";
  return /^(\xef\xbb\xbf)?\s*<(\?xml|svg|!--)/.test(head) ? "image/svg+xml" : undefined;
}

/** Claims that a name's extension says what the picture is. */
export function fitsName(type: PictureType, name: string): boolean {
  return EXTENSIONS[type].includes(name.slice(name.lastIndexOf(".") + 1));
}
