import { box, disc, heart, star } from "./ink.ts";
import type { Drawing } from "./ink.ts";

/** Stationery and desk. */
export const paper: Readonly<Record<string, Drawing>> = {
  notebook: (i) =>
    i.fill(box(112, 72, 200, 276, 8), "#fffaf0") +
    i.flat(box(98, 58, 200, 276, 12)) +
    i.shade("M98 70q0-12 12-12h24v276h-24q-12 0-12-12Z") +
    i.fill(box(160, 112, 110, 66, 8), "#fffaf0") +
    i.line("M178 136h74M178 156h46", 5, i.dark) +
    i.fill("M262 334h22v40l-11-10-11 10Z", i.accent) +
    i.line("M276 58V334", 6, i.accent),
  pen: (i) =>
    `<g transform="rotate(40 200 200)">${i.flat("M176 60q24-24 48 0v200l-24 62-24-62Z")}${i.shade("M206 50q10 2 18 10v200l-24 62Z")}${i.fill("M176 260h48l-24 62Z", "#d9dde1")}${i.fill("M193 304h14l-7 18Z", "#4b4048")}${i.fill(box(172, 120, 56, 14, 5), i.accent)}${i.line("M228 66V150", 7, i.accent)}${i.shine(box(184, 70, 7, 170, 3))}</g>`,
  pencil: (i) =>
    i.ground(200, 338, 86) +
    [
      [140, i.accent, 92],
      [172, "#86a873", 60],
      [204, i.light, 80],
      [236, "#ecc75f", 52],
      [262, "#5f8ab3", 96],
    ]
      .map(
        ([x, colour, y]) =>
          `<path fill="${colour}" d="M${Number(x) - 13} ${Number(y) + 40}l13-40 13 40v150h-26Z"/><path fill="#f3dcb8" d="M${Number(x) - 13} ${Number(y) + 40}l13-40 13 40q-13 8-26 0Z"/><path fill="#4b4048" d="M${Number(x) - 5} ${Number(y) + 15}l5-15 5 15Z"/>`,
      )
      .join("") +
    i.skin("M116 180H286V316q0 18-85 18t-85-18Z") +
    i.shade("M250 180h36v136q0 12-54 16 18-6 18-18Z") +
    i.line("M116 200q85 22 170 0", 5, i.light),
  eraser: (i) =>
    `<g transform="rotate(-24 200 200)">${i.flat(box(84, 140, 232, 120, 20))}${i.fill("M84 160q0-20 20-20h58v120h-58q-20 0-20-20Z", "#fffaf0")}${i.shade("M104 244H316q0 16-20 16H104Z")}${i.fill(box(196, 172, 92, 56, 8), "#fffaf0")}${i.line("M212 192h60M212 210h38", 5, i.accent)}</g>` +
    i.fill("M92 320l24-8 8 10-20 10ZM140 334l20-2 2 10-18 2Z", i.dark),
  card: (i) =>
    `<g transform="rotate(7 200 200)">${i.fill(box(112, 92, 212, 236, 4), "#e9dcc4")}${i.fill("M112 92 218 196 324 92Z", "#dccbac")}</g><g transform="rotate(-6 200 200)">${i.flat(box(98, 66, 196, 254, 4))}${i.shade("M98 66h12v254H98Z")}${i.fill(box(126, 104, 140, 150, 6), "#fffaf0")}${i.fill(heart(196, 152, 84), i.accent)}${i.line("M150 276h92", 7, i.light)}</g>`,
  stickers: (i) =>
    i.flat("M88 62H312V290l-48 48H88Z") +
    i.fill("M100 74H300V284l-42 42H100Z", "#fffdf7") +
    i.fill("M264 338v-48h48Z", i.dark) +
    i.fill(heart(150, 108, 66), i.main) +
    i.fill(star(248, 128, 36), i.accent) +
    i.fill(disc(148, 218, 34), "#86a873") +
    i.fill(heart(244, 196, 60), i.dark) +
    i.fill(star(150, 290, 26), "#ecc75f") +
    i.fill(disc(220, 284, 20), i.light),
  tape: (i) =>
    i.flat(disc(186, 186, 122)) +
    i.shade(disc(186, 186, 84)) +
    i.fill(disc(186, 186, 76), "#e3cfa9") +
    i.fill(disc(186, 186, 60), "#f3eee5") +
    i.skin("M186 286H350l-8 8 8 8-8 8H200q-10 0-14-4Z") +
    i.line(disc(186, 186, 104), 3, i.light),
  magnet: (i) =>
    i.fill(box(70, 66, 260, 268, 20), "#e4e8ea") +
    i.line("M96 80q-8 110 0 236", 5, "#fff") +
    `<g transform="rotate(-6 200 220)">${i.fill(box(128, 150, 150, 150, 4), "#fffaf0")}${i.line("M152 196h100M152 222h100M152 248h64", 5, "#cbbfa8")}</g>` +
    i.flat(disc(200, 144, 52)) +
    i.fill(heart(200, 130, 56), i.accent) +
    i.shine("M160 132q6-30 36-36-24 14-36 36Z"),
  chalkboard: (i) =>
    i.line("M140 104 200 44 260 104", 5, "#9b7350") +
    i.flat(box(66, 96, 268, 220, 10)) +
    i.fill(box(86, 116, 228, 180, 4), "#3f4a48") +
    i.line("M114 160q40-18 76 0t84 0M114 200h120M114 236h86", 6, "#e9ece6") +
    i.fill(heart(270, 222, 40), i.light) +
    i.fill(box(220, 302, 60, 10, 4), "#fffaf0"),
  calendar: (i) =>
    i.flat(box(84, 74, 232, 260, 10)) +
    i.fill("M84 160H316V324q0 10-10 10H94q-10 0-10-10Z", "#fffdf7") +
    [0, 1, 2, 3]
      .flatMap((row) =>
        [0, 1, 2, 3, 4].map((column) =>
          i.fill(box(106 + column * 39, 178 + row * 37, 27, 25, 4), row === 1 && column === 3 ? i.accent : "#e9dfcd"),
        ),
      )
      .join("") +
    i.line("M130 58v34M176 58v34M224 58v34M270 58v34", 8, "#8a8f94"),
  desk: (i) =>
    `<g transform="rotate(-18 200 200)">${i.flat(box(60, 190, 290, 62, 8))}${i.line(Array.from({ length: 14 }, (_, n) => `M${76 + n * 20} 190v${n % 2 === 0 ? 26 : 16}`).join(""), 4, i.print)}${i.fill(disc(328, 234, 7), "#f3eee5")}</g>` +
    i.line("M150 96 246 190M250 96 154 190", 12, "#b5bcc2") +
    i.line(disc(134, 212, 26), 11, i.accent) +
    i.line(disc(266, 212, 26), 11, i.accent) +
    i.fill(disc(200, 144, 7), "#6b6873"),
  sewing: (i) =>
    i.ground(200, 328, 116) +
    i.fill(box(150, 92, 100, 22, 6) + box(150, 290, 100, 24, 6), "#b98d60") +
    i.skin(box(160, 112, 80, 180, 4)) +
    i.line("M160 140h80M160 168h80M160 196h80M160 224h80M160 252h80", 4, i.dark) +
    i.line("M240 240q60 10 70-50t-24-100", 4, i.main) +
    i.line("M288 70l-6 150", 5, "#b5bcc2") +
    i.fill(disc(104, 290, 34), i.accent) +
    i.fill(disc(95, 282, 5) + disc(113, 282, 5) + disc(95, 299, 5) + disc(113, 299, 5), "#f3eee5"),
  "height-chart": (i) =>
    i.flat(box(140, 36, 120, 328, 12)) +
    i.line(Array.from({ length: 9 }, (_, n) => `M140 ${68 + n * 32}h${n % 2 === 0 ? 44 : 26}`).join(""), 6, i.print) +
    i.fill(star(222, 96, 26), i.accent) +
    i.fill(heart(222, 180, 44), i.accent) +
    i.fill(star(222, 288, 26), i.accent),
  "gift-tag": (i) =>
    [
      [-14, i.dark],
      [10, i.main],
    ]
      .map(
        ([turn, colour]) =>
          `<g transform="rotate(${turn} 200 120)"><path transform="translate(4 8)" opacity=".12" d="M200 84 254 128V320H146V128Z"/><path fill="${colour}" d="M200 84 254 128V320H146V128Z"/></g>`,
      )
      .join("") +
    `<g transform="rotate(10 200 120)">${i.skin("M200 84 254 128V320H146V128Z")}${i.fill(disc(200, 128, 12), "#f3eee5")}${i.fill(heart(200, 206, 70), i.accent)}</g>` +
    i.line("M198 128q-50-60-90-70M200 128q-10-70 40-96", 4, "#9b7350"),
};
