const heart = "M0-4C-3-10-11-7-10-1-9 4-4 7 0 11 4 7 9 4 10-1 11-7 3-10 0-4Z";
const star = "M0-11 3-3.5 11-3 5 2.5 7 10.5 0 6-7 10.5-5 2.5-11-3-3-3.5Z";
const leaf = "M0 11C-9 5-8-5 0-12 8-5 9 5 0 11Z";

/** Tiles that repeat over a surface, by motif: width, height and what is drawn on one tile in the print colour `ink`. */
const tiles: Readonly<Record<string, (ink: string) => readonly [width: number, height: number, body: string]>> = {
  dots: (ink) => [36, 36, `<g fill="${ink}"><circle cx="9" cy="9" r="6"/><circle cx="27" cy="27" r="6"/></g>`],
  stripes: (ink) => [28, 28, `<path d="M0 0H12V28H0Z" fill="${ink}" opacity=".75"/>`],
  check: (ink) => [36, 36, `<path d="M0 0H18V36H0ZM0 0H36V18H0Z" fill="${ink}" opacity=".42"/>`],
  hearts: (ink) => [54, 54, twice(heart, ink)],
  stars: (ink) => [54, 54, twice(star, ink)],
  leaves: (ink) => [50, 50, twice(leaf, ink)],
  flowers: (ink) => [58, 58, again(flower(ink))],
  skulls: (ink) => [58, 58, again(skull(ink))],
  union: () => [
    120,
    80,
    `<path fill="#3f5f8c" d="M0 0H120V80H0Z"/><path d="M0 0 120 80M120 0 0 80" stroke="#fffaf0" stroke-width="16"/><path d="M0 0 120 80M120 0 0 80" stroke="#c94f45" stroke-width="6"/><path d="M60 0V80M0 40H120" stroke="#fffaf0" stroke-width="26"/><path d="M60 0V80M0 40H120" stroke="#c94f45" stroke-width="15"/>`,
  ],
};

/** The `<pattern id="m">` of a motif, or nothing for a plain surface. */
export function patternOf(motif: string, ink: string): string {
  const tile = tiles[motif]?.(ink);
  if (tile === undefined) return "";
  const [width, height, body] = tile;
  return `<pattern id="m" width="${width}" height="${height}" patternUnits="userSpaceOnUse">${body}</pattern>`;
}

function twice(path: string, ink: string, turn = ""): string {
  return `<path id="t" transform="translate(14 15)${turn}" fill="${ink}" d="${path}"/><use href="#t" x="27" y="27"/>`;
}

function again(body: string): string {
  return `<g id="t">${body}</g><use href="#t" x="29" y="29"/>`;
}

function flower(ink: string): string {
  const petals = [
    [16, 9],
    [22.7, 13.8],
    [20.1, 21.7],
    [11.9, 21.7],
    [9.3, 13.8],
  ];
  return `<path stroke="${ink}" stroke-width="11" stroke-linecap="round" d="${petals.map(([x, y]) => `M${x} ${y}h0`).join("")}"/><circle cx="16" cy="16" r="4" fill="#e9b44c"/>`;
}

function skull(ink: string): string {
  return `<path fill="${ink}" d="M5 13a10 10 0 0 1 20 0c0 4-2 6-4 7v5H9v-5c-2-1-4-3-4-7Z"/><path fill="#44424a" d="M9 12h4v4H9ZM17 12h4v4h-4Z"/>`;
}
