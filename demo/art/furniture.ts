import { box, disc, heart } from "./ink.ts";
import type { Drawing } from "./ink.ts";

/** Furniture, storage and things of cloth for the house. */
export const furniture: Readonly<Record<string, Drawing>> = {
  cabinet: (i) =>
    i.ground(200, 344, 120) +
    i.fill("M110 320h20v24h-16ZM270 320h20l-4 24h-16Z", i.dark) +
    i.skin(box(96, 92, 208, 234, 8)) +
    i.fill(box(84, 74, 232, 24, 8), i.dark) +
    i.shade("M284 98h20v228h-20Z") +
    [112, 182, 252]
      .map((y) => i.line(box(114, y, 172, 60, 6), 4, i.dark) + i.fill(disc(200, y + 30, 9), i.accent))
      .join(""),
  shelf: (i) =>
    i.fill("M84 84H316V104H84Z", i.main) +
    i.fill("M92 100h16v240H92ZM292 100h16v240h-16Z", i.dark) +
    [178, 256, 332].map((y) => i.fill(box(76, y, 248, 16, 5), i.main) + i.shade(`M80 ${y + 16}h240v6H80Z`)).join("") +
    i.fill("M124 130h18v48h-18ZM146 122h16v56h-16ZM166 136h18v42h-18Z", i.accent) +
    i.fill("M226 146h52l-8 32h-36Z", "#c98f6a") +
    i.fill("M252 146c-30-14-24-34 0-44 24 10 30 30 0 44Z", "#7d9a6b") +
    i.fill(box(122, 216, 60, 40, 5), i.light) +
    i.fill(disc(252, 230, 26), "#e9c98f") +
    i.fill(box(140, 290, 120, 42, 6), "#d6b587"),
  chair: (i) =>
    i.ground(200, 346, 104) +
    i.line("M130 220V340M270 220V340M152 210V316M248 210V316", 14, i.dark) +
    i.line("M140 64V214M260 64V214", 14, i.main) +
    i.fill(box(132, 74, 136, 34, 14) + box(140, 126, 120, 22, 11), i.main) +
    i.fill("M118 204H282l14 36q0 10-12 10H116q-12 0-12-10Z", i.main) +
    i.fill("M126 196H274l8 20q-82 18-164 0Z", i.accent) +
    i.shade("M104 240h192q0 10-12 10H116q-12 0-12-10Z"),
  box: (i) =>
    i.ground(200, 322, 130) +
    i.skin(box(84, 176, 232, 144, 10)) +
    i.shade("M276 176h30q10 0 10 10v124q0 10-10 10h-30Z") +
    i.fill(box(72, 138, 256, 52, 10), i.dark) +
    i.shine("M84 148h180v8H84Z") +
    i.fill(box(160, 222, 80, 46, 8), "#fffaf0") +
    i.line("M178 240h44M186 254h28", 4, i.accent),
  "treasure-chest": (i) =>
    i.ground(200, 324, 136) +
    i.skin("M76 190q0-80 70-80H254q70 0 70 80v122q0 10-10 10H86q-10 0-10-10Z") +
    i.shade("M286 120q38 14 38 70v122q0 10-10 10h-28Z") +
    i.line("M76 196H324M124 114V320M276 114V320", 12, "#cda653") +
    i.fill(box(174, 176, 52, 58, 8), "#cda653") +
    i.fill(`${disc(200, 198, 9)}M196 202h8l4 18h-16Z`, "#5a4335"),
  basket: (i) =>
    i.ground(200, 326, 116) +
    i.line("M110 190c0-140 180-140 180 0", 13, i.dark) +
    i.fill("M80 186H320L296 304q-4 20-26 20H130q-22 0-26-20Z", i.main) +
    i.line("M88 222H312M94 256H306M102 290H298", 7, i.dark) +
    i.line("M130 190 144 320M176 190l6 132M224 190l-6 132M270 190l-14 130", 7, i.light) +
    i.fill(box(72, 174, 256, 26, 13), i.dark) +
    i.shine(box(84, 180, 180, 7, 3)),
  hook: (i) =>
    i.flat("M140 70q60-30 120 0v120q0 70-60 84-60-14-60-84Z") +
    i.fill(heart(200, 110, 74), i.accent) +
    i.line("M200 214V292q0 44 40 44 32-4 30-40", 17, i.dark) +
    i.fill(disc(270, 292, 14), i.dark) +
    i.fill(disc(200, 84, 6) + disc(200, 236, 6), "#8a8f94"),
  "coat-rack": (i) =>
    i.flat(box(44, 130, 312, 66, 16)) +
    i.line(box(58, 144, 284, 38, 8), 3, i.light) +
    [96, 165, 235, 304]
      .map(
        (x) =>
          i.line(`M${x} 176v54q0 28 26 26`, 12, i.dark) + i.fill(disc(x, 164, 12) + disc(x + 26, 254, 10), i.accent),
      )
      .join("") +
    i.line("M96 236q-26 60-10 96 40 10 44-8-12-40-10-70", 6, "#c9b79c"),
  "drawer-knob": (i) =>
    i.fill(disc(206, 212, 124), "#e0d5c3") +
    i.fill(disc(200, 200, 124), "#eee5d6") +
    i.fill(disc(207, 214, 92), "#cbbfae") +
    i.skin(disc(200, 200, 92)) +
    i.shade("M200 292a92 92 0 0 0 70-152q10 116-134 118 26 34 64 34Z") +
    i.line(disc(200, 200, 72), 4, i.light) +
    i.fill(disc(200, 200, 15), i.dark) +
    i.shine("M134 180q12-50 66-54-38 14-50 60Z"),
  organiser: (i) =>
    i.ground(200, 330, 116) +
    i.fill("M120 90h70v160h-70Z", "#f7ead2") +
    i.fill("M196 70h72v180h-72Z", i.accent) +
    i.fill("M160 112h80v140h-80Z", "#cfe0e6") +
    i.skin("M84 176H316L304 314q-2 14-16 14H112q-14 0-16-14Z") +
    i.shade("M280 176h36l-12 138q-2 14-16 14h-22Z") +
    i.line("M90 220H310M94 268H306", 5, i.light) +
    i.fill(heart(200, 226, 54), i.accent),
  "card-holder": (i) =>
    i.ground(200, 340, 84) +
    i.line("M200 336V92M200 130q-70-10-84-60M200 150q70-6 92-62M200 210q-60 0-88-34M200 230q60 0 92-34", 7, i.dark) +
    i.fill(heart(200, 66, 50), i.main) +
    i.fill("M76 66h70v88H76Z", "#fffaf0") +
    i.fill("M262 82h70v88h-70Z", "#f7ead2") +
    i.fill("M70 182h74v92H70Z", "#f3d6d3") +
    i.fill("M264 202h74v92h-74Z", "#fffaf0") +
    i.fill(heart(110, 98, 34) + heart(300, 236, 34), i.main) +
    i.fill(box(146, 322, 108, 18, 9), i.dark),
  cushion: (i) =>
    i.flat("M70 82Q200 108 330 82 306 200 330 322 200 296 70 322 94 200 70 82Z") +
    i.shade("M330 82q-24 118 0 240-130-26-260 0 150-40 200-70t60-170Z") +
    i.line("M84 96q116 20 232 0-20 104 0 212-116-20-232 0 20-104 0-212Z", 3, i.light) +
    i.fill(disc(70, 82, 10) + disc(330, 82, 10) + disc(70, 322, 10) + disc(330, 322, 10), i.accent),
  throw: (i) =>
    i.ground(200, 330, 130) +
    i.fill("M84 236H316q18 0 18 18v54q0 18-18 18H84q-18 0-18-18v-54q0-18 18-18Z", i.dark) +
    i.skin("M90 120H310q20 0 20 20v124q0 20-20 20H90q-20 0-20-20V140q0-20 20-20Z") +
    i.shade("M70 240H330v24q0 20-20 20H90q-20 0-20-20Z") +
    i.line("M96 304H304M74 196H326", 6, i.light) +
    i.fill("M120 120h44v164h-44Z", i.accent) +
    i.line(Array.from({ length: 6 }, (_, n) => `M${124 + n * 7} 286v20`).join(""), 4, i.accent),
  curtain: (i) =>
    i.line("M56 74H344", 12, "#b98d60") +
    i.fill(disc(52, 74, 13) + disc(348, 74, 13), "#9b7350") +
    i.skin("M76 78H192q-6 130-80 160 20 50 4 96H76ZM324 78H208q6 130 80 160-20 50-4 96h40Z") +
    i.line("M108 80q0 90-16 160M146 80q-4 80-40 150M292 80q0 90 16 160M254 80q4 80 40 150", 4, i.dark) +
    i.line("M84 240q20 10 34-4M316 240q-20 10-34-4", 9, i.accent),
  doormat: (i) =>
    i.flat("M52 132H348V276H52Z") +
    i.line(box(70, 150, 260, 108, 6), 5, i.print) +
    i.fill(box(120, 176, 160, 56, 6), "#fff6e4") +
    i.line("M142 204h116", 10, i.dark) +
    i.line(Array.from({ length: 13 }, (_, n) => `M44 ${138 + n * 11}h8M348 ${138 + n * 11}h8`).join(""), 4, "#b98d60"),
  doorstop: (i) =>
    i.ground(200, 326, 110) +
    i.line("M168 110c0-56 64-56 64 0", 12, i.dark) +
    i.skin("M128 130q72-40 144 0l44 164q6 30-30 30H114q-36 0-30-30Z") +
    i.shade("M248 118q14 4 24 12l44 164q6 30-30 30h-34q22-90-4-206Z") +
    i.line("M128 130q72 30 144 0", 5, i.light) +
    i.fill(heart(200, 206, 72), i.accent),
  "hot-water-bottle": (i) =>
    i.fill(box(172, 40, 56, 48, 10), i.accent) +
    i.flat("M164 82h72q0 34 30 44 32 12 32 46V310q0 36-36 36H138q-36 0-36-36V172q0-34 32-46 30-10 30-44Z") +
    i.shade("M236 82q0 34 30 44 32 12 32 46v138q0 36-36 36h-22q24-110 10-264Z") +
    i.line("M164 92h72M160 108h80", 5, i.dark) +
    i.line("M130 178q70-24 140 0v128q-70 20-140 0Z", 4, i.light) +
    i.fill(heart(200, 216, 84), i.accent),
  "hand-warmer": (i) =>
    i.flat(box(78, 114, 150, 180, 44)) +
    i.fill(box(98, 134, 110, 140, 34), i.dark) +
    i.flat(box(172, 126, 150, 180, 44)) +
    i.line(box(184, 138, 126, 156, 34), 3, i.light) +
    i.fill(heart(247, 190, 70), i.accent),
  towel: (i) =>
    i.ground(200, 326, 124) +
    [
      [268, i.dark],
      [208, i.main],
      [148, i.light],
    ]
      .map(
        ([y, colour]) =>
          i.fill(box(84, Number(y), 232, 56, 26), String(colour)) + i.line(`M110 ${Number(y) + 28}h170`, 4, "#fffaf0"),
      )
      .join("") +
    i.skin("M96 148q0-34 34-34H270q34 0 34 34Z") +
    i.fill("M178 114h44v210h-44Z", i.accent) +
    i.fill("M200 206q-44-34-52-4 8 30 52 4Zm0 0q44-34 52-4-8 30-52 4Z", i.accent) +
    i.fill(disc(200, 206, 12), "#fffaf0"),
  "soap-dish": (i) =>
    i.ground(200, 304, 136) +
    i.fill(box(120, 150, 160, 84, 40), i.accent) +
    i.shine(box(142, 164, 90, 12, 6)) +
    i.skin("M64 216H336q-6 76-66 84H130q-60-8-66-84Z") +
    i.shade("M290 216h46q-6 76-66 84h-34q50-16 54-84Z") +
    i.fill("M60 208h280v18H60Z", i.dark) +
    `<g fill="#fff" stroke="#cfdfe4" stroke-width="3"><circle cx="282" cy="130" r="20"/><circle cx="312" cy="96" r="12"/><circle cx="252" cy="102" r="9"/></g>`,
};
