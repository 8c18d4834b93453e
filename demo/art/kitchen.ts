import { box, disc, heart } from "./ink.ts";
import type { Drawing } from "./ink.ts";

/** Kitchen keeping and kitchen cloth. */
export const kitchen: Readonly<Record<string, Drawing>> = {
  tin: (i) =>
    i.ground(200, 326, 96) +
    i.skin("M108 124V304q0 20 92 20t92-20V124Z") +
    i.shade("M256 124h36v180q0 14-60 18 24-8 24-24Z") +
    i.fill("M102 112h196v28q0 18-98 18t-98-18Z", i.dark) +
    i.fill(disc(200, 112, 98, 20), i.light) +
    i.fill(disc(200, 108, 14, 5), i.dark) +
    i.shine(box(124, 170, 12, 120, 6)),
  "cake-tin": (i) =>
    i.ground(200, 322, 128) +
    i.skin("M76 190V292q0 26 124 26t124-26V190Z") +
    i.shade("M284 190h40v102q0 18-84 24 44-8 44-28Z") +
    i.fill("M70 168h260v30q0 26-130 26T70 198Z", i.dark) +
    i.fill(disc(200, 168, 130, 28), i.light) +
    i.line(disc(200, 168, 96, 18), 3, i.main) +
    i.fill(disc(200, 154, 20, 12), i.accent),
  jar: (i) =>
    i.ground(200, 334, 92) +
    `<g opacity=".92">${i.fill("M136 118h128q34 20 34 60v122q0 32-32 32H134q-32 0-32-32V178q0-40 34-60Z", i.light)}${i.fill("M102 210H298v90q0 32-32 32H134q-32 0-32-32Z", i.main)}</g>` +
    i.fill(box(126, 74, 148, 46, 10), i.dark) +
    i.line("M132 98h136", 3, i.light) +
    i.fill(box(142, 212, 116, 72, 8), "#fffaf0") +
    i.fill(heart(200, 238, 36), i.accent) +
    i.shine(box(114, 180, 14, 120, 7)),
  bottle: (i) =>
    i.ground(200, 346, 62) +
    i.fill(box(178, 44, 44, 34, 6), "#b98d60") +
    i.skin("M178 76h44v50q44 26 44 74v118q0 26-26 26h-80q-26 0-26-26V200q0-48 44-74Z") +
    i.fill(box(146, 206, 108, 88, 8), "#fffaf0") +
    i.line("M170 236h60M180 258h40", 5, i.accent) +
    i.shine("M152 192q2-26 26-42v20q-12 10-12 30v120q-14 0-14-10Z"),
  "bread-bin": (i) =>
    i.ground(200, 318, 138) +
    i.skin("M62 170q0-50 50-50H288q50 0 50 50V296q0 18-18 18H80q-18 0-18-18Z") +
    i.shade("M300 121q38 4 38 49v126q0 18-18 18h-30Z") +
    i.line("M62 206H338", 6, i.dark) +
    i.fill(box(164, 168, 72, 20, 10), i.accent) +
    i.shine("M84 168q2-26 30-28h130q-120 4-160 28Z"),
  scales: (i) =>
    i.ground(200, 330, 104) +
    i.fill("M72 92H328q-6 50-70 54H142q-64-4-70-54Z", "#b9c0c6") +
    i.fill("M184 144h32v34h-32Z", i.dark) +
    i.skin("M128 174H272L300 310q2 18-16 18H116q-18 0-16-18Z") +
    i.shade("M250 174h22l28 136q2 18-16 18h-26Z") +
    i.fill(disc(200, 250, 54), "#fffaf0") +
    i.line(disc(200, 250, 44), 3, i.dark) +
    i.line("M200 250 226 224", 6, i.accent),
  "recipe-box": (i) =>
    i.ground(200, 316, 122) +
    i.fill("M112 104h176v90H112Z", "#fffaf0") +
    i.fill("M128 86h150v90H128Z", "#f7ead2") +
    i.line("M150 112h100M150 132h76", 5, i.dark) +
    i.skin(box(82, 164, 236, 150, 14)) +
    i.shade("M280 164h24q14 0 14 14v122q0 14-14 14h-24Z") +
    i.fill(heart(200, 218, 60), i.accent),
  "tea-towel": (i) =>
    i.line("M70 90H330", 12, "#b98d60") +
    i.flat("M110 84H290V320q-45 12-90 0-45-12-90 0Z") +
    i.shade("M246 84h44v236q-22 6-44 6Z") +
    i.fill("M110 282q45-12 90 0 45 12 90 0v16q-45 12-90 0-45-12-90 0Z", i.dark) +
    i.line("M128 326v10M152 324v10M176 326v10M224 336v10M248 338v10M272 334v10", 3, i.dark),
  apron: (i) =>
    i.line("M158 96c0-60 84-60 84 0", 8, i.dark) +
    i.line("M98 200 54 214M302 200l44 14", 8, i.dark) +
    i.flat("M152 92q48 26 96 0l10 66q10 34 50 42v128q0 14-14 14H106q-14 0-14-14V200q40-8 50-42Z") +
    i.shade("M268 186q16 12 40 14v128q0 14-14 14h-34Z") +
    i.skin(box(148, 222, 104, 72, 12)) +
    i.line("M148 234v48q0 12 12 12h80q12 0 12-12v-48M148 228h104", 5, i.dark),
  "oven-glove": (i) =>
    i.flat("M126 330V210Q84 214 76 176q0-26 26-26 18 2 28 26 0-116 70-116 76 0 76 116v154Z") +
    i.shade("M236 76q40 24 40 100v154h-40Z") +
    i.fill(box(116, 304, 170, 44, 10), i.dark) +
    i.line("M270 348q28 4 24 24-14 8-18-10", 6, i.dark),
  cosy: (i) =>
    i.ground(200, 322, 118) +
    i.skin("M82 314q-8-190 118-190t118 190q-118 18-236 0Z") +
    i.shade("M250 138q74 44 68 176-30 5-60 7 24-100-8-183Z") +
    i.line("M200 124V318M140 142q-24 76-16 176M260 142q24 76 16 176", 4, i.dark) +
    i.fill("M82 314v-26q118 16 236 0v26q-118 18-236 0Z", i.dark) +
    i.fill(disc(200, 112, 28), i.accent) +
    i.shine(disc(191, 103, 8)),
  "food-cover": (i) =>
    i.ground(200, 306, 138) +
    i.skin("M64 288C64 172 128 118 200 118s136 54 136 170Z") +
    i.line("M200 118V288M136 142Q100 200 102 288M264 142q36 58 34 146M76 226q124-26 248 0", 3, i.light) +
    i.fill(
      "M56 284q144-16 288 0v14q-10 14-24 2-14 16-30 2-14 16-30 2-14 14-30 2-14 14-30 0-14 14-30 0-16 14-30-2-14 14-30-2-16 12-30-2-16 12-30-2Z",
      i.dark,
    ) +
    i.fill(disc(200, 112, 14), i.accent),
  "peg-bag": (i) =>
    i.line("M120 104 200 62 280 104", 8, "#b98d60") +
    i.line("M200 62V40q14-12 14 6", 6, "#8a8f94") +
    i.flat("M104 100H296l16 200q0 26-26 26H114q-26 0-26-26Z") +
    i.fill(disc(200, 158, 48, 34), "#5d4634") +
    [168, 200, 230]
      .map(
        (x, n) =>
          i.fill(box(x - 8, 112 + n * 6, 16, 60, 5), "#d9b98b") + i.line(`M${x} ${118 + n * 6}v34`, 2, "#9b7350"),
      )
      .join("") +
    i.fill("M152 170q48 30 96 0-6 22-48 22t-48-22Z", i.main),
  "lunch-box": (i) =>
    i.ground(200, 318, 128) +
    i.line("M150 140c0-56 100-56 100 0", 14, i.dark) +
    i.skin(box(70, 138, 260, 178, 30)) +
    i.shade("M290 138h10q30 0 30 30v118q0 30-30 30h-22q12-10 12-30Z") +
    i.line("M70 206H330", 5, i.dark) +
    i.fill(box(176, 190, 48, 34, 8), i.accent) +
    i.shine("M90 170q0-14 16-14h120q-96 6-136 26Z"),
};
