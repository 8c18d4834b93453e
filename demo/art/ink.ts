import { patternOf } from "./motifs.ts";
import { paletteOf } from "./palette.ts";
import type { Palette } from "./palette.ts";

/** The pens of one drawing on a 400 × 400 sheet. Every method returns SVG text; nothing is kept except the body's id. */
export type Ink = Palette & {
  /** The body: a path in the main colour with the pattern over it. */
  readonly skin: (path: string) => string;
  /** A body lying flat: the same with a soft shadow of its own shape. */
  readonly flat: (path: string) => string;
  readonly fill: (path: string, colour: string) => string;
  readonly shade: (path: string) => string;
  readonly shine: (path: string) => string;
  readonly line: (path: string, width: number, colour?: string) => string;
  /** The soft shadow on the ground under a standing thing. */
  readonly ground: (centreX: number, y: number, radius: number) => string;
};

/** A drawing of one kind of thing. */
export type Drawing = (ink: Ink) => string;

/** A whole picture: sheet, pattern and the drawing, as one small SVG without text or scripts. */
export function paint(drawing: Drawing, look: { readonly tone: string; readonly motif: string }): string {
  const palette = paletteOf(look.tone);
  const pattern = patternOf(look.motif, palette.print);
  const body = drawing(makeInk(palette, pattern !== ""));
  const used = body.includes("#m)") ? `<defs>${pattern}</defs>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" stroke-linecap="round" stroke-linejoin="round">${used}<path fill="#f3eee5" d="M0 0H400V400H0Z"/>${body}</svg>\n`;
}

function makeInk(palette: Palette, isPrinted: boolean): Ink {
  const fill = (path: string, colour: string) => `<path fill="${colour}" d="${path}"/>`;
  let bodies = 0;
  const printed = (path: string, before: (id: string) => string) => {
    const id = `b${bodies++}`;
    const defined = `<defs><path id="${id}" d="${path}"/></defs>`;
    return `${defined}${before(id)}<use href="#${id}" fill="${palette.main}"/><use href="#${id}" fill="url(#m)"/>`;
  };
  const skin = (path: string) => (isPrinted ? printed(path, () => "") : fill(path, palette.main));
  return {
    ...palette,
    skin,
    fill,
    flat: (path) =>
      isPrinted
        ? printed(path, (id) => `<use href="#${id}" x="5" y="9" opacity=".13" fill="#4a3a25"/>`)
        : `<path transform="translate(5 9)" opacity=".13" fill="#4a3a25" d="${path}"/>${fill(path, palette.main)}`,
    shade: (path) => `<path opacity=".11" fill="#2b1d10" d="${path}"/>`,
    shine: (path) => `<path opacity=".32" fill="#fff" d="${path}"/>`,
    line: (path, width, colour = palette.dark) =>
      `<path fill="none" stroke="${colour}" stroke-width="${width}" d="${path}"/>`,
    ground: (centreX, y, radius) =>
      `<ellipse cx="${centreX}" cy="${y}" rx="${radius}" ry="12" fill="#ddd4c6" stroke="#e8e1d5" stroke-width="6"/>`,
  };
}

/** Path of a rounded rectangle. */
export function box(x: number, y: number, width: number, height: number, radius = 8): string {
  const r = Math.min(radius, width / 2, height / 2);
  const w = width - 2 * r;
  const h = height - 2 * r;
  return `M${x + r} ${y}h${w}a${r} ${r} 0 0 1 ${r} ${r}v${h}a${r} ${r} 0 0 1-${r} ${r}h-${w}a${r} ${r} 0 0 1-${r}-${r}v-${h}a${r} ${r} 0 0 1 ${r}-${r}Z`;
}

/** Path of an ellipse; a circle when `radiusY` is left out. */
export function disc(x: number, y: number, radius: number, radiusY = radius): string {
  return `M${x - radius} ${y}a${radius} ${radiusY} 0 1 0 ${2 * radius} 0a${radius} ${radiusY} 0 1 0-${2 * radius} 0Z`;
}

/** Path of a heart about `size` wide with its notch at (x, y). */
export function heart(x: number, y: number, size: number): string {
  const s = size / 100;
  const n = (value: number) => Math.round(value * s * 10) / 10;
  return `M${x} ${y}c${n(-12)} ${n(-26)} ${n(-52)} ${n(-22)} ${n(-50)} ${n(10)}c${n(2)} ${n(28)} ${n(32)} ${n(46)} ${n(50)} ${n(64)}c${n(18)} ${n(-18)} ${n(48)} ${n(-36)} ${n(50)} ${n(-64)}c${n(2)} ${n(-32)} ${n(-38)} ${n(-36)} ${n(-50)} ${n(-10)}Z`;
}

/** Path of a star with `points` tips. */
export function star(x: number, y: number, radius: number, points = 5, inner = 0.45): string {
  const corners = Array.from({ length: points * 2 }, (_, index) => {
    const angle = (Math.PI * index) / points - Math.PI / 2;
    const reach = index % 2 === 0 ? radius : radius * inner;
    return `${Math.round(x + reach * Math.cos(angle))} ${Math.round(y + reach * Math.sin(angle))}`;
  });
  return `M${corners.join("L")}Z`;
}
