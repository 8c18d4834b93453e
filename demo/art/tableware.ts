import { box, disc, heart } from "./ink.ts";
import type { Drawing } from "./ink.ts";

/** Things for cooking, eating and drinking. */
export const tableware: Readonly<Record<string, Drawing>> = {
  mug: (i) =>
    i.ground(195, 318, 105) +
    i.line("M270 165c62-10 66 92 2 98", 20, i.dark) +
    i.skin("M108 120H278V278q0 38-38 38H146q-38 0-38-38Z") +
    i.shade("M240 120h38v158q0 38-38 38h-18q18-8 18-38Z") +
    i.fill(disc(193, 120, 85, 15), i.dark) +
    i.fill(disc(193, 122, 74, 10), "#6b4a35") +
    i.shine(box(124, 150, 12, 110, 6)),
  teacup: (i) =>
    i.ground(200, 312, 135) +
    i.fill(disc(200, 298, 132, 22), i.dark) +
    i.fill(disc(200, 292, 132, 21), i.light) +
    i.line("M280 190c58-12 52 62-12 60", 13, i.dark) +
    i.skin("M106 168H294C292 244 262 286 200 286S108 244 106 168Z") +
    i.shade("M262 168h32c-2 76-32 118-94 118 44-16 60-60 62-118Z") +
    i.fill(disc(200, 168, 94, 15), i.dark) +
    i.fill(disc(200, 170, 83, 10), "#a9744f") +
    i.shine("M122 186q6 44 26 66-26-20-26-66Z"),
  beaker: (i) =>
    i.ground(200, 326, 80) +
    i.skin("M122 100H278L260 304q-2 20-22 20H162q-20 0-22-20Z") +
    i.shade("M244 100h34l-18 204q-2 20-22 20h-16q10-6 12-20Z") +
    i.fill(disc(200, 100, 78, 14), i.dark) +
    i.fill(disc(200, 103, 68, 9), i.light) +
    i.shine("M140 126l12 150 10 0-10-150Z"),
  glass: (i) =>
    i.ground(200, 338, 70) +
    `<g opacity=".9">${i.fill("M132 82H268Q270 208 200 214 130 208 132 82Z", i.light)}${i.fill("M137 130H263Q260 204 200 208 140 204 137 130Z", i.main)}</g>` +
    i.fill("M194 210h12l2 106h-16Z", i.dark) +
    i.fill(disc(200, 326, 58, 12), i.dark) +
    i.fill(disc(200, 322, 58, 11), i.light) +
    i.fill(disc(200, 82, 68, 11), i.dark) +
    i.fill(disc(200, 83, 62, 8), i.light) +
    i.shine("M148 100q0 70 24 96-34-20-34-96Z"),
  plate: (i) =>
    i.flat(disc(200, 200, 138)) +
    i.shade(disc(200, 200, 96)) +
    i.fill(disc(200, 198, 92), i.light) +
    i.line(disc(200, 200, 128), 3, i.dark) +
    i.shine("M112 150q30-56 92-62-50 18-74 70Z"),
  bowl: (i) =>
    i.ground(200, 316, 110) +
    i.fill("M150 286h100v22q0 8-8 8h-84q-8 0-8-8Z", i.dark) +
    i.skin("M78 170H322C322 246 272 298 200 298S78 246 78 170Z") +
    i.shade("M284 170h38c0 76-50 128-122 128 54-18 84-62 84-128Z") +
    i.fill(disc(200, 170, 122, 24), i.dark) +
    i.fill(disc(200, 174, 110, 17), i.light) +
    i.shine("M98 194q10 44 42 70-40-22-42-70Z"),
  teapot: (i) =>
    i.ground(200, 318, 118) +
    i.line("M286 186c66-16 66 96-4 92", 15, i.dark) +
    i.fill("M116 230C84 230 82 176 50 164l26-14c40 14 34 52 56 56Z", i.dark) +
    i.skin("M106 226c0-56 40-84 96-84s96 28 96 84-40 90-96 90-96-34-96-90Z") +
    i.shade("M264 166c24 14 34 36 34 60 0 56-40 90-96 90 50-18 74-60 62-150Z") +
    i.fill("M146 148q56-34 112 0-56 22-112 0Z", i.light) +
    i.fill(disc(202, 122, 13), i.dark) +
    i.shine("M128 206q8-34 38-46-24 22-30 52Z"),
  jug: (i) =>
    i.ground(196, 330, 88) +
    i.line("M262 150c70-14 64 116-4 116", 15, i.dark) +
    i.skin("M126 92l-16-20h150q-4 60 16 116c16 60 4 140-30 140H150c-34 0-46-80-30-140q16-52 6-96Z") +
    i.shade("M234 72h26q-4 60 16 116c16 60 4 140-30 140h-22c30-40 30-96 18-140q-12-56-8-116Z") +
    i.fill("M110 72h150q-2 10-2 16H124Z", i.dark) +
    i.shine("M140 190q-14 56 0 104 4-52 14-102Z"),
  cutlery: (i) =>
    i.ground(200, 344, 92) +
    i.line("M132 176V330M268 196V330M200 190V330", 16, i.main) +
    i.line("M114 76v62q0 34 18 38 18-4 18-38V76M132 76v70", 9, "#aeb6bd") +
    i.fill("M256 196V84q4-22 22-22v134Z", "#aeb6bd") +
    i.fill(disc(200, 122, 27, 46), "#aeb6bd") +
    i.fill("M193 160h14v40h-14Z", "#aeb6bd") +
    i.shine(disc(192, 112, 9, 22)) +
    i.fill(disc(132, 330, 10) + disc(200, 330, 10) + disc(268, 330, 10), i.dark),
  spoon: (i) =>
    `<g transform="rotate(35 200 200)">${i.flat(`${disc(200, 112, 44, 62)}M190 168h20l6 150q0 14-16 14t-16-14Z`)}${i.shade(disc(200, 116, 32, 48))}${i.shine(disc(190, 100, 10, 28))}${i.fill(disc(200, 312, 9), i.accent)}</g>`,
  "cake-stand": (i) =>
    i.ground(200, 336, 92) +
    i.fill("M188 216h24q2 66 58 104v12H130v-12q56-38 58-104Z", i.dark) +
    i.fill(disc(200, 216, 138, 22), i.dark) +
    i.skin(
      "M62 204q0 26 138 26t138-26v8q-10 14-20 4-12 22-28 8-14 20-32 6-16 18-34 4-14 18-30 0-18 16-34-2-18 16-34-4-18 14-28-6-20 10-28-4Z",
    ) +
    i.fill(disc(200, 204, 138, 22), i.light) +
    i.fill("M128 196V142q0-18 72-18t72 18v54q-20 12-72 12t-72-12Z", "#f3d6a6") +
    i.fill(
      "M128 142q0-18 72-18t72 18v18q-10 18-24 2-12 22-26 2-10 16-22-2-14 22-26 0-14 18-26-2-12 14-24-2Z",
      "#fff6ec",
    ) +
    i.fill(disc(200, 116, 13), "#c94f45"),
  "egg-cup": (i) =>
    i.ground(200, 330, 72) +
    i.fill("M140 170c0-66 30-112 60-112s60 46 60 112Z", "#f4dcc0") +
    i.shine("M158 150q4-50 30-76-14 36-14 76Z") +
    i.skin("M128 168H272C272 232 240 258 216 264V296q40 6 44 32H140q4-26 44-32V264C160 258 128 232 128 168Z") +
    i.shade("M244 168h28c0 64-32 90-56 96v32q40 6 44 32h-30q-6-20-32-28v-44c28-10 46-40 46-84Z"),
  "salt-pepper": (i) =>
    i.ground(200, 322, 112) +
    i.skin("M96 180q44-30 88 0l8 124q0 14-14 14H102q-14 0-14-14Z") +
    i.fill("M216 180q44-30 88 0l8 124q0 14-14 14h-76q-14 0-14-14Z", i.dark) +
    i.fill("M92 182c0-70 96-70 96 0ZM212 182c0-70 96-70 96 0Z", i.accent) +
    i.fill(
      disc(128, 158, 4) + disc(146, 150, 4) + disc(156, 164, 4) + disc(250, 158, 4) + disc(268, 152, 4),
      "#fffaf0",
    ),
  tray: (i) =>
    i.fill(box(40, 130, 320, 160, 40), i.dark) +
    i.flat(box(56, 120, 288, 150, 34)) +
    i.shade("M76 136H324q8 0 8 14v4q0-8-8-8H76q-8 0-8 8v-4q0-14 8-14Z") +
    i.line(box(76, 140, 248, 110, 22), 3, i.light) +
    i.line("M66 176v38M334 176v38", 11, i.light),
  tablecloth: (i) =>
    i.ground(200, 330, 140) +
    i.fill("M96 150h14v180H96ZM290 150h14v180h-14Z", "#9b7350") +
    i.skin("M60 130H340l16 120q-26 22-46 0-22 24-46 0-20 22-42 0-22 22-44 0-20 22-44 0-22 24-46 0-20 22-46 0Z") +
    i.shade("M60 130H340l4 30H56Z") +
    i.fill(disc(200, 130, 140, 24), i.light) +
    i.fill(disc(200, 124, 34, 8), i.dark),
  "napkin-ring": (i) =>
    i.fill(
      "M70 96Q150 70 200 176 250 70 330 96 320 176 236 206 320 240 330 316 250 330 200 236 150 330 70 316 80 240 164 206 80 176 70 96Z",
      "#fffaf0",
    ) +
    i.shade("M200 236q-6-16 0-60 50-106 130-80-10 80-94 110 84 34 94 110-80 14-130-80Z") +
    i.line("M96 118q60 10 92 66M304 118q-60 10-92 66M96 296q60-16 92-68M304 296q-60-16-92-68", 3, "#e4d8c3") +
    i.skin(box(158, 152, 84, 108, 26)) +
    i.shade("M216 152q26 0 26 26v56q0 26-26 26 12-50 0-108Z") +
    i.fill(heart(200, 190, 46), i.accent),
  placemat: (i) =>
    i.flat(box(52, 104, 296, 192, 18)) +
    i.line(box(66, 118, 268, 164, 12), 4, i.light) +
    i.fill(disc(200, 200, 66), "#fffaf0") +
    i.line(disc(200, 200, 46), 3, i.dark) +
    i.line("M104 150v100M296 150v100", 8, "#aeb6bd"),
  coaster: (i) =>
    `<g transform="rotate(-8 200 200)">${i.fill(box(96, 136, 190, 190, 26), i.dark)}</g>` +
    i.flat(box(106, 92, 196, 196, 28)) +
    i.line(box(122, 108, 164, 164, 20), 4, i.light) +
    i.shine("M118 128q0-24 24-24h90q-80 10-114 90Z"),
  pan: (i) =>
    `<g transform="rotate(-32 200 200)">${i.fill(box(286, 186, 110, 26, 13), "#5a4335")}${i.flat(disc(180, 200, 112))}${i.fill(disc(180, 200, 94), i.dark)}${i.fill(disc(180, 202, 88), "#4a474c")}${i.fill("M128 196c0-40 40-52 66-36s50 12 44 46-40 44-66 34-44-14-44-44Z", "#fffdf6")}${i.fill(disc(178, 198, 22), "#efb944")}</g>`,
  whisk: (i) =>
    i.ground(200, 336, 100) +
    i.skin("M110 210H290L276 318q-2 16-18 16H142q-16 0-18-16Z") +
    i.shade("M256 210h34l-14 108q-2 16-18 16h-20Z") +
    i.line("M160 210 140 96M200 210V92M246 210 262 104", 11, "#b98d60") +
    i.fill(disc(138, 82, 20, 30), "#c9a172") +
    i.fill(box(182, 50, 36, 54, 12), i.accent) +
    i.line("M262 110c-34-20-22-64 8-66 30 6 30 50-8 66ZM264 108c-8-20-6-50 6-62", 5, "#aeb6bd"),
  mould: (i) =>
    i.flat(box(70, 96, 260, 208, 30)) +
    [130, 200, 270]
      .map(
        (x) =>
          i.fill(heart(x, 138, 46), i.dark) +
          i.fill(heart(x, 236, 46), i.dark) +
          i.shine(disc(x - 12, 146, 4, 7) + disc(x - 12, 244, 4, 7)),
      )
      .join(""),
  "cookie-cutter": (i) =>
    i.flat(
      `${disc(200, 118, 46)}M160 150l-72 14q-20 22 4 40l64-2-14 110q16 30 44 6l14-60 14 60q28 24 44-6l-14-110 64 2q24-18 4-40l-72-14Z`,
    ) +
    i.line("M180 108v4M220 108v4M184 130q16 12 32 0", 6, i.accent) +
    i.fill(disc(200, 186, 7) + disc(200, 216, 7), i.accent),
};
