import { box, disc, heart, star } from "./ink.ts";
import type { Drawing } from "./ink.ts";

const leaf = (x: number, y: number, turn: number, colour: string) =>
  `<path transform="translate(${x} ${y})rotate(${turn})" fill="${colour}" d="M0 0C-16-14-14-38 0-52 14-38 16-14 0 0Z"/>`;

const hourMark = (hour: number) => {
  const [x, y] = [Math.sin((hour * Math.PI) / 6), -Math.cos((hour * Math.PI) / 6)];
  const inner = hour % 3 === 0 ? 78 : 88;
  return `M${Math.round(200 + 98 * x)} ${Math.round(194 + 98 * y)}L${Math.round(200 + inner * x)} ${Math.round(194 + inner * y)}`;
};

/** What hangs on a wall or stands on a shelf. */
export const home: Readonly<Record<string, Drawing>> = {
  ornament: (i) =>
    i.ground(200, 334, 88) +
    i.fill("M150 296h100l22 36H128Z", i.dark) +
    i.fill("M176 266h48v34h-48Z", i.light) +
    i.skin("M200 66c70 30 100 74 100 118 0 54-44 88-100 88s-100-34-100-88c0-44 30-88 100-118Z") +
    i.shade("M200 66c70 30 100 74 100 118 0 54-44 88-100 88 74-40 70-140 0-206Z") +
    i.line("M104 168q96 52 192 0M112 214q88 46 176 0", 6, i.light) +
    i.fill(star(200, 148, 26), i.accent) +
    i.fill(disc(200, 62, 12), i.accent) +
    i.shine("M124 170q10-46 44-66-20 30-26 66Z"),
  bird: (i) =>
    i.ground(200, 324, 100) +
    i.skin("M92 220c-6-52 34-92 84-88 20-40 82-40 88 8l36 14-34 20c2 76-34 122-92 122-50 0-78-32-82-76Z") +
    i.fill("M70 176q-18 52 36 74 48 18 92-20-34-60-128-54Z", i.dark) +
    i.fill("M300 154l36 10-40 16Z", "#e0a14a") +
    i.fill(disc(246, 142, 7), "#3b3236") +
    i.line("M170 296v24M206 296v24", 7, "#b98d60") +
    i.shine("M196 150q20-22 44-12-28 4-44 12Z"),
  "hanging-decoration": (i) =>
    i.line("M200 14V96", 4, "#9b7350") +
    i.flat(disc(200, 190, 98)) +
    i.shade("M200 288a98 98 0 0 0 76-160q14 116-150 124 26 36 74 36Z") +
    i.line(disc(200, 190, 78), 5, i.light) +
    i.fill(
      [0, 60, 120, 180, 240, 300]
        .map((turn) =>
          disc(
            Math.round(200 + 34 * Math.cos((turn * Math.PI) / 180)),
            Math.round(190 + 34 * Math.sin((turn * Math.PI) / 180)),
            21,
          ),
        )
        .join(""),
      i.accent,
    ) +
    i.fill(disc(200, 190, 18), i.light) +
    i.fill("M200 96q-40-30-48-4 8 28 48 4Zm0 0q40-30 48-4-8 28-48 4Z", i.accent) +
    i.line("M200 288v30M188 318l-6 46M200 318v50M212 318l6 46", 5, i.accent),
  "heart-decoration": (i) =>
    i.line("M200 24q-26 40 0 100 26-60 0-100Z", 4, "#9b7350") +
    i.flat(heart(200, 152, 228)) +
    i.shade("M200 152q80-60 114 20c4 66-74 108-114 150 60-60 80-120 0-170Z") +
    i.line(heart(200, 176, 176), 4, i.light) +
    i.fill("M200 124q-34-30-44-6 8 24 44 6Zm0 0q34-30 44-6-8 24-44 6Z", i.accent) +
    i.fill(disc(200, 122, 9), i.accent),
  "star-decoration": (i) =>
    i.line("M200 20V76", 4, "#9b7350") +
    i.flat(star(200, 212, 138)) +
    i.shade("M200 74 232 156 331 169 259 231 281 324 200 274Z") +
    i.line(star(200, 212, 96), 5, i.light) +
    i.fill(disc(200, 214, 14), i.accent),
  wreath: (i) =>
    i.line(disc(200, 208, 104), 26, "#8a6a45") +
    Array.from({ length: 16 }, (_, n) => {
      const angle = (n * Math.PI) / 8;
      return leaf(
        Math.round(200 + 104 * Math.cos(angle)),
        Math.round(208 + 104 * Math.sin(angle)),
        n * 22.5 + 140,
        n % 2 === 0 ? "#7d9a6b" : "#5f7f58",
      );
    }).join("") +
    [
      [130, 128],
      [270, 128],
      [100, 240],
      [300, 240],
      [200, 314],
    ]
      .map(([x = 0, y = 0]) => i.fill(disc(x, y, 13), i.main))
      .join("") +
    i.fill("M200 110q-60-40-70-4 10 36 70 4Zm0 0q60-40 70-4-10 36-70 4ZM192 112l-20 58 24-8 14 18 2-66Z", i.main) +
    i.fill(disc(200, 110, 14), i.dark),
  mobile: (i) =>
    i.line("M200 24V70M92 84H308", 6, "#b98d60") +
    i.line("M100 84V180M150 84V250M200 84V150M250 84V264M300 84V190", 3, "#9b7350") +
    i.fill(heart(100, 186, 58), i.main) +
    i.fill(star(150, 276, 34), i.accent) +
    i.fill(heart(200, 158, 64), i.dark) +
    i.fill(star(250, 288, 34), i.light) +
    i.fill(heart(300, 196, 58), i.main),
  sign: (i) =>
    i.line("M110 132 200 52 290 132", 5, "#9b7350") +
    i.fill(disc(200, 50, 7), "#6b5a4a") +
    i.flat(box(64, 126, 272, 170, 14)) +
    i.line(box(80, 142, 240, 138, 8), 4, i.print) +
    i.fill(box(104, 164, 192, 94, 6), "#fffaf0") +
    i.line("M132 194H268M152 224h96", 9, i.dark) +
    i.fill(disc(84, 146, 4) + disc(316, 146, 4) + disc(84, 276, 4) + disc(316, 276, 4), i.accent),
  letters: (i) =>
    i.ground(200, 322, 140) +
    [
      [84, 226, i.main, i.light],
      [206, 226, i.accent, "#fffaf0"],
      [144, 116, i.dark, "#fffaf0"],
    ]
      .map(([x, y, colour, face], n) => {
        const [left, top] = [Number(x), Number(y)];
        const sign =
          n === 0
            ? star(left + 52, top + 52, 34)
            : n === 1
              ? heart(left + 52, top + 36, 66)
              : disc(left + 52, top + 48, 30);
        return (
          i.fill(box(left, top, 104, 96, 10), String(colour)) +
          i.line(box(left + 10, top + 10, 84, 76, 6), 4, String(face)) +
          i.fill(sign, String(face))
        );
      })
      .join(""),
  clock: (i) =>
    i.flat(disc(200, 196, 140)) +
    i.shade(disc(200, 196, 116)) +
    i.fill(disc(200, 194, 112), "#fffdf7") +
    i.line(Array.from({ length: 12 }, (_, n) => hourMark(n)).join(""), 6, i.dark) +
    i.line("M200 194V126M200 194 252 222", 9, "#4b4048") +
    i.fill(disc(200, 194, 11), i.accent) +
    i.shine("M84 160q20-70 90-96-56 34-70 104Z"),
  mirror: (i) =>
    i.line("M150 92 200 42 250 92", 4, "#9b7350") +
    i.flat(disc(200, 208, 108, 136)) +
    i.shade(disc(200, 208, 88, 114)) +
    i.fill(disc(200, 208, 84, 110), "#dfeaec") +
    i.fill("M150 262 246 130q18 22 26 46L190 300q-26-10-40-38Z", "#f3f8f8") +
    i.line(disc(200, 208, 97, 124), 4, i.light) +
    i.fill(heart(200, 72, 40), i.accent),
  "pocket-mirror": (i) =>
    i.flat(disc(200, 132, 96)) +
    i.fill(disc(200, 132, 78), "#dfeaec") +
    i.fill("M152 172l80-96q22 8 34 26l-78 98q-24-8-36-28Z", "#f3f8f8") +
    i.flat(disc(200, 282, 92, 84)) +
    i.line(disc(200, 282, 76, 68), 4, i.light) +
    i.fill(heart(200, 266, 62), i.accent) +
    i.fill(box(176, 212, 48, 20, 8), i.dark),
  frame: (i) =>
    i.flat(box(78, 60, 244, 288, 14)) +
    i.shade(box(108, 90, 184, 228, 6)) +
    i.fill(box(112, 94, 176, 220, 4), "#fffdf7") +
    i.fill("M132 114H268V294H132Z", "#cfe0e6") +
    i.fill("M132 294V236l44-44 36 34 22-20 34 34v54Z", "#8fae79") +
    i.fill(disc(234, 156, 18), "#f6cf6f") +
    i.line(box(90, 72, 220, 264, 10), 4, i.light),
  album: (i) =>
    i.fill(box(112, 84, 216, 256, 10), "#fffaf0") +
    i.fill(box(104, 76, 216, 256, 10), "#efe3cc") +
    i.flat(box(84, 64, 224, 260, 14)) +
    i.shade("M84 78q0-14 14-14h22V324H98q-14 0-14-14Z") +
    i.fill(box(146, 128, 130, 104, 6), "#fffdf7") +
    i.fill("M158 220v-26l28-30 24 24 16-14 38 46Z", "#8fae79") +
    i.fill(disc(242, 156, 11), "#f6cf6f") +
    i.line("M166 266h90", 7, i.light),
  "wall-art": (i) =>
    i.flat(box(58, 84, 284, 232, 4)) +
    i.fill("M58 316V258q70-70 128-14 44-62 92-24 40 22 64-6v102Z", i.dark) +
    i.fill("M58 316v-26q90-50 160-14 70-30 124 4v36Z", i.accent) +
    i.fill(disc(266, 146, 34), i.light) +
    i.line("M112 258V166M112 200l-24-22M112 186l26-24", 7, i.light) +
    i.shade("M58 308H342v8H58ZM334 84h8v232h-8Z"),
  flower: (i) =>
    i.line("M200 352Q188 270 200 190", 9, "#6a8c59") +
    leaf(196, 300, -62, "#86a873") +
    leaf(196, 268, 64, "#7d9a6b") +
    Array.from(
      { length: 8 },
      (_, n) =>
        `<ellipse transform="rotate(${n * 45} 200 150)" cx="200" cy="92" rx="32" ry="52" fill="${n % 2 === 0 ? i.main : i.dark}"/>`,
    ).join("") +
    i.fill(disc(200, 150, 36), "#ecc75f") +
    i.shade(disc(200, 156, 26)),
  vase: (i) =>
    i.ground(200, 342, 78) +
    i.line("M188 150Q150 90 146 66M206 150Q214 90 230 50M198 150V96", 6, "#6a8c59") +
    [
      [144, 60],
      [232, 46],
      [196, 86],
    ]
      .map(
        ([x = 0, y = 0]) =>
          i.fill(
            [0, 72, 144, 216, 288]
              .map((t) =>
                disc(
                  Math.round(x + 18 * Math.cos((t * Math.PI) / 180)),
                  Math.round(y + 18 * Math.sin((t * Math.PI) / 180)),
                  14,
                ),
              )
              .join(""),
            i.accent,
          ) + i.fill(disc(x, y, 10), "#ecc75f"),
      )
      .join("") +
    i.skin("M158 146h84q-6 36 22 70c34 44 16 122-30 124h-68c-46-2-64-80-30-124q28-34 22-70Z") +
    i.shade("M222 146h20q-6 36 22 70c34 44 16 122-30 124h-18c44-14 50-80 24-124q-22-36-18-70Z") +
    i.shine("M136 240q-12 46 12 76-12-40 4-88Z"),
};
