import { box, disc, star } from "./ink.ts";
import type { Drawing, Ink } from "./ink.ts";

const flame = (x: number, y: number) =>
  `<path fill="#f6c453" d="M${x} ${y}c-14-16-4-30 0-44 6 14 16 28 0 44Z"/><path fill="#fff3d0" d="M${x} ${y - 4}c-6-8-2-14 0-20 4 6 6 12 0 20Z"/>`;
const glow = (x: number, y: number, radius: number) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="#f9d98a" opacity=".25"/>`;

/** Candles, lamps and what smells nice. */
export const lighting: Readonly<Record<string, Drawing>> = {
  "candle-holder": (i) =>
    i.ground(200, 324, 96) +
    glow(200, 150, 92) +
    i.fill(box(170, 150, 60, 60, 8), "#fff4dc") +
    i.line("M200 150v-10", 4, "#5a4335") +
    flame(200, 144) +
    i.skin("M104 176H296L276 296q-4 26-32 26H156q-28 0-32-26Z") +
    i.shade("M262 176h34l-20 120q-4 26-32 26h-20q22-8 26-28Z") +
    i.fill(disc(200, 176, 96, 16), i.dark) +
    i.fill("M112 178q88 24 176 0-30 10-88 10t-88-10Z", "#fff0c9") +
    i.shine("M124 196l14 96q4 14 12 16-14-30-16-108Z"),
  candlestick: (i) =>
    i.ground(200, 344, 78) +
    glow(200, 74, 62) +
    i.fill(box(182, 94, 36, 106, 6), "#fff4dc") +
    flame(200, 92) +
    i.fill(
      "M160 196h80q-4 22-26 26v30q22 14 4 30v24q42 8 52 34H130q10-26 52-34v-24q-18-16 4-30v-30q-22-4-26-26Z",
      i.main,
    ) +
    i.shade("M214 222h8q14-6 18-26h-16zM218 306q42 8 52 34h-34q-2-22-18-34Z") +
    i.line("M156 196h88", 9, i.dark),
  "t-light": (i) =>
    i.ground(200, 318, 140) + [130, 270].map((x) => candle(i, x, 190, 50)).join("") + candle(i, 200, 236, 58),
  candle: (i) =>
    i.ground(200, 336, 82) +
    glow(200, 84, 66) +
    i.skin("M132 128V312q0 20 68 20t68-20V128Z") +
    i.shade("M238 128h30v184q0 16-44 19 14-6 14-20Z") +
    i.fill(disc(200, 128, 68, 17), i.light) +
    i.fill(disc(200, 130, 44, 10), i.dark) +
    i.line("M200 130v-22", 5, "#5a4335") +
    flame(200, 112) +
    i.shine(box(146, 160, 11, 130, 5)),
  "dinner-candle": (i) =>
    i.ground(200, 340, 110) +
    [116, 172, 228, 284]
      .map((x, n) => {
        const top = 118 + (n % 2) * 14;
        return (
          i.fill(`M${x - 16} ${top}q16-10 32 0l4 ${330 - top}q-20 12-40 0Z`, n % 2 === 0 ? i.main : i.dark) +
          i.line(`M${x} ${top - 2}v-12`, 4, "#5a4335") +
          flame(x, top - 10) +
          i.shine(box(x - 10, top + 16, 6, 150, 3))
        );
      })
      .join(""),
  "party-candle": (i) =>
    i.ground(200, 334, 120) +
    i.fill(box(96, 236, 208, 94, 16), "#f3d6a6") +
    i.fill(
      "M96 252q0-20 20-20h168q20 0 20 20v14q-16 24-34 4-16 22-34 2-18 20-36 0-18 20-36-2-16 18-34-4-22 16-34-4Z",
      "#fff6ec",
    ) +
    [132, 177, 223, 268]
      .map((x) => i.skin(box(x - 9, 132, 18, 106, 5)) + i.line(`M${x} 132v-8`, 3, "#5a4335") + flame(x, 126))
      .join(""),
  matches: (i) =>
    i.fill(box(118, 76, 164, 120, 8), "#f7ead2") +
    [142, 171, 200, 229, 258]
      .map((x) => i.line(`M${x} 70V180`, 9, "#d9b98b") + i.fill(disc(x, 66, 10, 13), "#b5443b"))
      .join("") +
    i.flat(box(104, 130, 192, 206, 10)) +
    i.shade(box(270, 130, 26, 206, 10)) +
    i.fill(disc(194, 232, 52), "#fffaf0") +
    flame(194, 262),
  lantern: (i) =>
    i.ground(200, 340, 86) +
    i.line("M164 92c0-52 72-52 72 0", 8, i.dark) +
    i.fill("M144 130 176 88h48l32 42Z", i.main) +
    i.fill(box(134, 128, 132, 190, 8), "#f8edd2") +
    glow(200, 236, 58) +
    i.fill(box(178, 232, 44, 84, 6), "#fffaf0") +
    flame(200, 230) +
    i.line("M140 132V318M260 132V318M200 132v44M140 176h120", 9, i.main) +
    i.fill(box(122, 120, 156, 16, 6) + box(118, 312, 164, 26, 6), i.dark),
  "paper-lantern": (i) =>
    i.line("M200 30V84", 4, "#9b7350") +
    glow(200, 206, 150) +
    i.fill(star(205, 214, 132, 7, 0.5), "#dccdb4") +
    i.skin(star(200, 206, 132, 7, 0.5)) +
    Array.from(
      { length: 7 },
      (_, n) =>
        `<path transform="rotate(${(n * 360) / 7} 200 206)" fill="#2b1d10" opacity=".09" d="M200 206V74L229 146Z"/>`,
    ).join("") +
    i.fill(disc(200, 206, 16), i.light),
  lamp: (i) =>
    i.ground(200, 342, 84) +
    glow(200, 250, 70) +
    i.fill("M188 214h24q-4 34 14 54 26 30 12 52h-76q-14-22 12-52 18-20 14-54Z", i.accent) +
    i.fill(box(146, 316, 108, 22, 10), i.dark) +
    i.skin("M146 70H254L306 218q-106 18-212 0Z") +
    i.shade("M232 70h22l52 148q-26 4-48 6Z") +
    i.shine("M158 86l-40 120 10 2 40-122Z"),
  lampshade: (i) =>
    i.line("M200 24V104", 5, "#6b5a4a") +
    glow(200, 290, 110) +
    i.skin("M136 108H264L326 286q-126 28-252 0Z") +
    i.shade("M238 108h26l62 178q-30 7-58 10Z") +
    i.line("M74 286q126 28 252 0", 10, i.dark) +
    i.line("M136 108h128", 8, i.dark) +
    i.fill(disc(200, 306, 24, 18), "#fff3d0") +
    i.shine("M150 124l-50 148 12 3 48-151Z"),
  chandelier: (i) =>
    i.line("M200 30V150", 5, i.dark) +
    i.line("M110 236q-2-70 90-70t90 70M156 236q0-46 44-46t44 46", 9, i.main) +
    i.fill("M182 148h36l10 116q-28 42-56 0Z", i.main) +
    [110, 156, 244, 290]
      .map(
        (x) =>
          i.fill(box(x - 12, 186, 24, 44, 4), "#fffaf0") +
          flame(x, 186) +
          i.fill(`M${x - 20} 230h40q-4 16-20 16t-20-16Z`, i.dark) +
          i.fill(`M${x} 252c-12 14-10 26 0 30 10-4 12-16 0-30Z`, i.light),
      )
      .join("") +
    i.fill("M200 288c-16 20-14 36 0 42 14-6 16-22 0-42Z", i.light) +
    i.line("M112 240q88 70 176 0", 4, i.light),
  "string-lights": (i) =>
    i.line("M24 96q90 110 176 40t176 30M24 232q80 100 176 50t176 44", 5, "#6f8a66") +
    [
      [66, 150, 0],
      [128, 170, 1],
      [196, 148, 2],
      [262, 118, 0],
      [330, 138, 1],
      [74, 288, 2],
      [146, 312, 0],
      [222, 284, 1],
      [300, 288, 2],
      [352, 322, 0],
    ]
      .map(
        ([x = 0, y = 0, n = 0]) =>
          glow(x, y + 14, 32) +
          i.fill(box(x - 7, y - 12, 14, 16, 4), "#6f8a66") +
          i.fill(`M${x} ${y}c-20 12-16 36 0 46 16-10 20-34 0-46Z`, [i.main, i.accent, i.light][n] ?? i.main) +
          i.shine(disc(x - 5, y + 18, 3, 8)),
      )
      .join(""),
  incense: (i) =>
    i.ground(200, 330, 120) +
    i.line("M236 300 150 130M246 300 206 110M254 300 262 122", 5, "#8a6a45") +
    i.line("M150 130 142 112M206 110 202 92M262 122 264 104", 7, "#b5443b") +
    i.line("M142 100q-24-22 0-40t-6-36M202 80q-18-18 4-34", 6, "#d9cfc0") +
    i.skin("M120 268H310q-4 56-50 58H170q-46-2-50-58Z") +
    i.shade("M276 268h34q-4 56-50 58h-26q38-14 42-58Z") +
    i.fill(disc(215, 268, 95, 12), i.dark),
  fragrance: (i) =>
    i.ground(200, 330, 88) +
    i.line("M190 176 160 60M200 176V52M210 176l34-112", 5, "#b98d60") +
    i.fill(box(172, 160, 56, 36, 6), "#b98d60") +
    i.skin("M130 222q0-30 42-34h56q42 4 42 34v82q0 22-22 22h-96q-22 0-22-22Z") +
    i.fill(box(152, 232, 96, 66, 8), "#fffaf0") +
    i.line("M176 254h48M184 274h32", 5, i.accent) +
    i.shine(box(138, 220, 9, 80, 4)),
};

function candle(i: Ink, x: number, y: number, radius: number): string {
  return (
    glow(x, y - 30, 50) +
    i.skin(`M${x - radius} ${y}v54q0 16 ${radius} 16t${radius}-16v-54Z`) +
    i.shade(`M${x + radius - 22} ${y}h22v54q0 12-${radius - 16} 15 ${radius - 22}-4 ${radius - 38}-14Z`) +
    i.fill(disc(x, y, radius, 14), i.dark) +
    i.fill(disc(x, y + 1, radius - 8, 9), "#fff4dc") +
    flame(x, y)
  );
}
