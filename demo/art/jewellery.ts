import { box, disc, heart } from "./ink.ts";
import type { Drawing, Ink } from "./ink.ts";

type Gem = readonly [x: number, y: number, radius: number];

/** Round stones, each with a lower side in shade and a glint; all of them in three paths. */
const gems = (i: Ink, stones: readonly Gem[]) =>
  i.fill(stones.map(([x, y, r]) => disc(x, y, r)).join(""), i.main) +
  i.fill(
    stones.map(([x, y, r]) => `M${x - r} ${y}a${r} ${r} 0 0 0 ${2 * r} 0q-${r} ${r}-${2 * r} 0Z`).join(""),
    i.dark,
  ) +
  i.shine(stones.map(([x, y, r]) => disc(Math.round(x - r / 3), Math.round(y - r / 3), Math.round(r / 4))).join(""));
const gem = (i: Ink, x: number, y: number, radius: number) => gems(i, [[x, y, radius]]);
const metal = "#cfa85a";
const onArc = (
  n: number,
  of: number,
  from: number,
  to: number,
  rx: number,
  ry: number,
  cy: number,
): readonly [number, number] => {
  const angle = ((from + ((to - from) * n) / (of - 1)) * Math.PI) / 180;
  return [Math.round(200 + rx * Math.cos(angle)), Math.round(cy + ry * Math.sin(angle))];
};

const around = Array.from({ length: 16 }, (_, n) => n);

/** Jewellery and what is worn in the hair or on a bag. */
export const jewellery: Readonly<Record<string, Drawing>> = {
  necklace: (i) =>
    i.line("M84 70C70 210 130 278 200 278S330 210 316 70", 5, metal) +
    gems(
      i,
      [0, 1, 2, 3, 5, 6, 7, 8].map((n): Gem => [...onArc(n, 9, 160, 20, 112, 150, 130), n % 2 === 0 ? 13 : 17]),
    ) +
    i.fill("M200 276c-34 34-34 66 0 78 34-12 34-44 0-78Z", i.dark) +
    i.fill("M200 290c-22 24-22 44 0 52 22-8 22-28 0-52Z", i.main) +
    i.shine(disc(192, 322, 5, 10)),
  bracelet: (i) =>
    i.line(disc(200, 214, 116, 92), 6, metal) +
    gems(
      i,
      around.filter((n) => n % 4 !== 3).map((n): Gem => [...onArc(n, 17, 0, 360, 116, 92, 214), n % 2 === 0 ? 20 : 16]),
    ) +
    i.fill(
      around
        .filter((n) => n % 4 === 3)
        .map((n) => disc(...onArc(n, 17, 0, 360, 116, 92, 214), 13))
        .join(""),
      i.accent,
    ) +
    i.line("M200 306v20", 4, metal) +
    i.fill(heart(200, 330, 34), metal),
  earrings: (i) =>
    [128, 272]
      .map(
        (x) =>
          i.line(`M${x} 122c-30-50 34-70 26-26`, 6, metal) +
          gem(i, x, 142, 18) +
          i.line(`M${x} 160v26`, 4, metal) +
          i.fill(`M${x} 184c-50 60-44 118 0 132 44-14 50-72 0-132Z`, i.dark) +
          i.fill(`M${x} 202c-36 46-32 90 0 100 32-10 36-54 0-100Z`, i.main) +
          i.shine(disc(x - 12, 260, 6, 18)),
      )
      .join(""),
  ring: (i) =>
    i.ground(200, 344, 70) +
    i.line(disc(200, 240, 88), 22, metal) +
    i.line(disc(200, 240, 88), 6, "#e8cd8d") +
    i.fill("M142 100h116l30 40-88 76-88-76Z", i.main) +
    i.fill("M112 140h176l-88 76Z", i.dark) +
    i.fill("M142 100l24 40 34-40 34 40 24-40-58 0Z", i.light) +
    i.shine("M166 140h68l-34 76Z"),
  brooch: (i) =>
    Array.from(
      { length: 8 },
      (_, n) =>
        `<ellipse transform="rotate(${n * 45} 200 200)" cx="200" cy="120" rx="38" ry="62" fill="${n % 2 === 0 ? i.main : i.dark}"/>`,
    ).join("") +
    i.line(disc(200, 200, 60), 8, metal) +
    i.fill(disc(200, 200, 52), i.light) +
    gem(i, 200, 200, 34) +
    Array.from(
      { length: 8 },
      (_, n) => `<circle transform="rotate(${n * 45 + 22} 200 200)" cx="200" cy="92" r="8" fill="${metal}"/>`,
    ).join(""),
  "hair-clip": (i) =>
    `<g transform="rotate(-22 200 200)">${i.fill(box(62, 214, 282, 26, 13), "#8f7a5c")}${i.line("M84 227H322", 4, "#e8cd8d")}${[0, 60, 120, 180, 240, 300].map((turn) => `<ellipse transform="rotate(${turn} 176 190)" cx="176" cy="138" rx="34" ry="46" fill="${turn % 120 === 0 ? i.main : i.dark}"/>`).join("")}${i.fill(disc(176, 190, 27), "#ecc75f")}${gem(i, 286, 206, 22)}</g>`,
  hairband: (i) =>
    i.ground(200, 344, 120) +
    i.line("M86 330C40 60 360 60 314 330", 24, i.main) +
    i.line("M94 300C64 90 336 90 306 300", 4, i.light) +
    i.fill("M236 120c-70-70-92-10-76 26 22 26 54 10 76-26Zm4 0c70-62 98-4 80 34-28 20-58 6-80-34Z", i.dark) +
    i.fill(disc(238, 122, 18), i.accent),
  "key-ring": (i) =>
    i.line(disc(200, 96, 52), 12, "#b5bcc2") +
    i.line("M200 148v22M200 182v16", 9, "#9aa2a9") +
    i.flat("M200 194c-76-46-116 40-66 92 28 30 50 40 66 60 16-20 38-30 66-60 50-52 10-138-66-92Z") +
    i.shade("M214 188c70-28 104 50 52 98-28 30-50 40-66 60 40-60 60-110 14-158Z") +
    i.shine("M130 236q4-36 40-36-26 12-40 36Z") +
    i.line("M246 132 300 180M300 180l14 60M314 206l16-4", 8, "#9aa2a9"),
  "trinket-box": (i) =>
    i.ground(200, 326, 118) +
    i.fill("M104 308h28v18h-34ZM268 308h28l6 18h-34Z", i.accent) +
    i.skin("M84 206H316v76q0 30-30 30H114q-30 0-30-30Z") +
    i.shade("M284 206h32v76q0 30-30 30h-26q24-20 24-56Z") +
    i.skin("M76 206q0-78 124-78t124 78Z") +
    i.shade("M240 134q84 16 84 72h-40q-4-46-44-72Z") +
    i.line("M80 206H320", 9, i.dark) +
    i.fill(disc(200, 214, 16), metal) +
    i.fill(disc(200, 118, 14), i.accent),
  slippers: (i) =>
    [
      [0, 0],
      [128, 24],
    ]
      .map(
        ([x, y]) =>
          `<g transform="translate(${x} ${y})">${i.flat("M92 110q52-24 84 20 22 40 10 130-8 46-52 46t-58-46q-28-110 16-150Z")}${i.fill("M98 122q40-14 64 18 10 30 6 62-46 22-84 0-8-52 14-80Z", "#fff6e8")}${i.line("M84 202q42 24 86 0", 7, i.light)}${i.fill(disc(128, 230, 16), i.accent)}</g>`,
      )
      .join(""),
  fan: (i) =>
    i.fill(
      Array.from(
        { length: 9 },
        (_, n) =>
          `M200 320L${Math.round(200 - 168 * Math.cos(((10 + n * 20) * Math.PI) / 180))} ${Math.round(300 - 190 * Math.sin(((10 + n * 20) * Math.PI) / 180))}h6Z`,
      ).join(""),
      "#8a6a45",
    ) +
    i.skin("M34 254Q66 76 200 76T366 254L266 284Q252 206 200 206T134 284Z") +
    i.shade("M200 76q134 0 166 178l-100 30Q252 206 200 206Z") +
    i.line("M84 160 158 234M140 100l36 112M200 76V206M260 100l-36 112M316 160l-74 74", 3, i.light) +
    i.fill(disc(200, 322, 13), i.accent) +
    i.line("M200 334v30", 5, i.accent),
  headphones: (i) =>
    i.line("M84 236C84 40 316 40 316 236", 20, "#5d5a63") +
    i.line("M84 236C84 60 316 60 316 236", 5, "#8d8a93") +
    i.fill(disc(90, 262, 56, 68) + disc(310, 262, 56, 68), i.dark) +
    i.skin(disc(98, 262, 46, 60)) +
    i.skin(disc(302, 262, 46, 60)) +
    i.shine(disc(84, 240, 10, 20) + disc(288, 240, 10, 20)),
  plasters: (i) =>
    i.ground(200, 332, 108) +
    `<g transform="rotate(-24 200 130)">${i.fill(box(88, 92, 200, 54, 27), "#ecc7a0")}${i.fill("M160 92h56v54h-56Z", "#f8e4cb")}</g><g transform="rotate(18 230 120)">${i.fill(box(150, 84, 190, 50, 25), i.accent)}${i.fill("M220 84h52v50h-52Z", "#fff3e0")}</g>` +
    i.skin(box(92, 170, 216, 158, 18)) +
    i.shade("M272 170h18q18 0 18 18v122q0 18-18 18h-18Z") +
    i.fill(disc(196, 248, 46), "#fffaf0") +
    i.fill("M184 218h24v18h18v24h-18v18h-24v-18h-18v-24h18Z", "#c94f45"),
};
