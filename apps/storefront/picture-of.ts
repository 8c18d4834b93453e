import { pictureWidths } from "#catalog/contract";

/** A picture as an `img` takes it. */
export type Picture = {
  readonly src: string;
  /** The same picture in other widths; undefined for a drawing, which has every width. */
  readonly srcset: string | undefined;
  readonly alt: string;
};

type Image = { readonly name: string; readonly alt: string };

/** What browsers take that read no `srcset`. */
const USUAL_WIDTH = 640;

export function pictureOf({ name, alt }: Image): Picture {
  if (isDrawing(name)) return { src: `/images/${name}`, srcset: undefined, alt };
  const srcset = pictureWidths.map((width) => `/pictures/${width}/${name} ${width}w`).join(", ");
  return { src: `/pictures/${USUAL_WIDTH}/${name}`, srcset, alt };
}

/** The address of a small picture, beside a line of a cart. */
export function thumbnailOf({ name }: Pick<Image, "name">): string {
  return isDrawing(name) ? `/images/${name}` : `/pictures/160/${name}`;
}

/** The address of a picture for those who show it elsewhere, and no drawings: `share` beside a link, `square` among goods. */
export function outsidePictureOf(ground: "share" | "square", { name }: Pick<Image, "name">): string {
  return `/pictures/${ground}/${name}`;
}

function isDrawing(name: string): boolean {
  return name.endsWith(".svg");
}
