import { box, disc, heart } from "./ink.ts";
import type { Drawing } from "./ink.ts";

const bow = (x: number, y: number, colour: string, knot: string) =>
  `<path fill="${colour}" d="M${x} ${y}c-70-54-92-8-78 24 22 20 56 6 78-24Zm0 0c70-54 92-8 78 24-22 20-56 6-78-24ZM${x - 6} ${y}l-34 74 28-8 12 22 12-84ZM${x + 6} ${y}l34 74-28-8-12 22-8-84Z"/><circle cx="${x}" cy="${y + 4}" r="15" fill="${knot}"/>`;

/** Wrapping, tables for parties and what hangs above them. */
export const party: Readonly<Record<string, Drawing>> = {
  "gift-wrap": (i) =>
    `<g transform="rotate(-36 200 200)">${i.flat(box(36, 160, 328, 92, 12))}${i.shade("M36 222H364v18q0 12-12 12H48q-12 0-12-12Z")}${i.fill(disc(358, 206, 17, 46), "#fffaf0")}${i.line(`${disc(358, 206, 10, 30)}M358 192q6 14 0 28`, 3, i.dark)}${i.fill("M168 158h44v96h-44Z", i.accent)}${bow(190, 206, i.accent, i.light)}</g>`,
  tissue: (i) =>
    i.flat(box(84, 130, 232, 190, 22)) +
    i.shade("M84 286H316v12q0 22-22 22H106q-22 0-22-22Z") +
    i.fill(disc(200, 206, 74, 30), "#5d4634") +
    i.fill("M130 202c10-60 20-110 60-130 0 30 20 20 34 10 30 40 42 70 48 116-30 34-110 36-142 4Z", "#fffdf8") +
    i.line("M176 110q6 60-6 104M214 106q14 50 12 106", 4, "#e4dccb"),
  "gift-bag": (i) =>
    i.ground(200, 340, 102) +
    i.line("M162 128c0-70 76-70 76 0", 8, i.accent) +
    i.skin("M104 118H296V336H104Z") +
    i.shade("M262 118h34v218h-34ZM104 118H296v10H104Z") +
    i.fill(heart(196, 206, 92), i.accent) +
    i.fill(disc(162, 132, 6) + disc(238, 132, 6), i.light),
  "gift-box": (i) =>
    i.ground(200, 330, 116) +
    i.skin(box(94, 176, 212, 152, 6)) +
    i.shade("M274 176h32v146q0 6-6 6h-26Z") +
    i.fill("M178 176h44v152h-44Z", i.accent) +
    i.fill(box(80, 136, 240, 48, 8), i.dark) +
    i.fill("M176 136h48v48h-48Z", i.accent) +
    bow(200, 118, i.accent, i.light),
  ribbon: (i) =>
    i.line("M250 252q60 30 90-6t-10-72", 26, i.dark) +
    i.skin(`${disc(190, 204, 106)}`) +
    i.shade(disc(190, 204, 74)) +
    i.fill(disc(190, 204, 66), "#e3cfa9") +
    i.fill(disc(190, 204, 30), "#f3eee5") +
    i.line(`${disc(190, 204, 92)}${disc(190, 204, 82)}`, 3, i.light) +
    i.skin("M190 300q70 10 130-30l18 22-6 24q-70 26-142-2Z"),
  bunting: (i) =>
    i.line("M14 96Q200 190 386 96", 6, "#b98d60") +
    [
      [20, 102, 8],
      [92, 130, 5],
      [166, 141, 0],
      [240, 134, -4],
      [312, 112, -8],
    ]
      .map(
        ([x = 0, y = 0, turn = 0], n) =>
          `<g transform="rotate(${turn} ${x + 32} ${y})">${n % 2 === 0 ? i.skin(`M${x} ${y}h66l-33 92Z`) : i.fill(`M${x} ${y}h66l-33 92Z`, n === 1 ? i.accent : i.light)}${i.shade(`M${x} ${y}h66l-4 12h-58Z`)}</g>`,
      )
      .join("") +
    i.line("M14 250Q200 330 386 250", 4, "#d8c7a8") +
    [60, 130, 200, 270, 340]
      .map((x, n) =>
        i.fill(
          disc(x, 270 + Math.round(24 * Math.sin((Math.PI * x) / 400)), 13),
          [i.main, i.accent, i.dark, i.light, i.main][n] ?? i.main,
        ),
      )
      .join(""),
  garland: (i) =>
    i.line("M16 70Q110 250 200 150T384 90", 5, "#b98d60") +
    [
      [48, 122, 26],
      [92, 172, 32],
      [144, 184, 28],
      [196, 156, 34],
      [246, 122, 28],
      [298, 108, 32],
      [350, 98, 26],
    ]
      .map(
        ([x = 0, y = 0, r = 0], n) =>
          i.fill(disc(x, y, r), [i.main, i.accent, i.light, i.dark][n % 4] ?? i.main) +
          i.shine(disc(x - r / 3, y - r / 3, r / 4)),
      )
      .join("") +
    i.line("M16 230Q130 360 230 280T384 230", 5, "#b98d60") +
    [
      [60, 270],
      [130, 300],
      [206, 290],
      [280, 258],
      [346, 240],
    ]
      .map(([x = 0, y = 0], n) => i.fill(heart(x, y, 48), [i.dark, i.main, i.accent, i.main, i.light][n] ?? i.main))
      .join(""),
  "paper-cup": (i) =>
    i.ground(200, 336, 110) +
    i.line("M226 120 262 30M252 122 300 44", 11, i.accent) +
    i.line("M228 114l8-20M240 84l8-20M258 112l12-20M278 80l10-18", 11, "#fffaf0") +
    i.fill("M178 118H318L298 320q-50 16-100 0Z", i.dark) +
    i.skin("M96 118H236L216 320q-50 16-100 0Z") +
    i.shade("M206 118h30l-20 202q-14 6-30 8Z") +
    i.fill(disc(166, 118, 72, 13) + disc(248, 118, 72, 13), i.light) +
    i.fill(disc(166, 120, 62, 8), i.dark),
  "paper-plate": (i) =>
    i.fill(disc(222, 216, 126), "#e4d8c3") +
    i.flat(disc(192, 192, 130)) +
    `<circle cx="192" cy="192" r="122" fill="none" stroke="${i.light}" stroke-width="14" stroke-dasharray="5 9"/>` +
    i.shade(disc(192, 194, 92)) +
    i.fill(disc(192, 192, 88), i.light) +
    i.fill("M160 230l34-92 60 66q-40 40-94 26Z", "#f3d6a6") +
    i.fill("M194 138l60 66q-6-40-60-66Z", i.accent),
  napkin: (i) =>
    `<g transform="rotate(6 200 200)">${i.fill(box(92, 92, 226, 226, 6), "#e9dcc4")}</g>` +
    i.flat(box(84, 84, 226, 226, 6)) +
    i.line(box(100, 100, 194, 194, 3), 5, i.print) +
    i.fill("M84 310 310 84V304q0 6-6 6Z", i.light) +
    i.shade("M84 310 310 84V104L104 310Z"),
  "cake-case": (i) =>
    i.ground(200, 330, 104) +
    i.fill("M104 196c-30-60 26-84 42-84 10-56 98-56 108 0 26 0 72 30 42 84Z", "#fff4e6") +
    i.fill("M130 160c30-30 110-20 136 4-40-10-90-10-136-4Z", "#f0dcc0") +
    i.fill(disc(200, 86, 18), "#c94f45") +
    i.skin(
      "M96 192q13-14 26 0 13-14 26 0 13-14 26 0 13-14 26 0 13-14 26 0 13-14 26 0 13-14 26 0 13-14 26 0L272 316q-6 14-20 14H148q-14 0-20-14Z",
    ) +
    i.line("M126 204l22 116M152 204l14 120M178 204l6 124M222 204l-6 124M248 204l-14 120M274 204l-22 116", 4, i.dark),
  doily: (i) => {
    const ring = (count: number, shape: string) =>
      Array.from(
        { length: count },
        (_, n) => `<use href="#${shape}" transform="rotate(${(n * 360) / count} 200 200)"/>`,
      ).join("");
    return (
      `<g fill="${i.main}"><circle id="a" cx="200" cy="76" r="28"/>${ring(14, "a")}</g>` +
      i.flat(disc(200, 200, 122)) +
      `<g fill="#f3eee5"><path id="b" d="M200 66a8 8 0 0 1 0 16 8 8 0 0 1 0-16ZM200 98q16 18 0 34-16-16 0-34Z"/>${ring(14, "b")}<circle id="c" cx="200" cy="150" r="8"/>${ring(9, "c")}</g>` +
      i.line(disc(200, 200, 66), 4, i.dark)
    );
  },
  balloon: (i) =>
    i.line("M150 250q20 60 46 110M204 222q-4 70-6 138M262 254q-34 50-62 106", 3, "#9b8a78") +
    i.fill(`${disc(132, 164, 62, 78)}M124 240h18l6 14h-30Z`, i.dark) +
    i.fill(`${disc(272, 166, 62, 78)}M263 242h18l6 14h-30Z`, i.accent) +
    i.skin(`${disc(202, 128, 70, 88)}M192 214h20l6 16h-32Z`) +
    i.shine(disc(176, 98, 13, 28)),
  "party-hat": (i) =>
    i.ground(200, 334, 110) +
    i.skin("M200 70 300 314q-100 34-200 0Z") +
    i.shade("M200 70 300 314q-30 10-60 14 10-120-40-258Z") +
    i.line("M100 314q100 34 200 0", 15, i.accent) +
    i.fill(
      Array.from(
        { length: 10 },
        (_, n) => `M200 64l${Math.round(34 * Math.cos(n * 0.628))} ${Math.round(34 * Math.sin(n * 0.628))}l8 6Z`,
      ).join(""),
      i.accent,
    ) +
    [
      [70, 110],
      [330, 96],
      [58, 220],
      [344, 204],
      [104, 66],
      [292, 50],
    ]
      .map(([x = 0, y = 0], n) => i.fill(disc(x, y, 8), [i.main, i.accent, i.light][n % 3] ?? i.main))
      .join(""),
};
