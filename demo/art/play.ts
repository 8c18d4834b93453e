import { box, disc, heart, star } from "./ink.ts";
import type { Drawing, Ink } from "./ink.ts";

const face = (x: number, y: number, gap: number) =>
  `<g fill="#3b3236"><circle cx="${x - gap}" cy="${y}" r="7"/><circle cx="${x + gap}" cy="${y}" r="7"/></g>`;
const toyBody = (i: Ink) =>
  i.ground(200, 344, 104) +
  i.fill(disc(150, 322, 34, 24) + disc(250, 322, 34, 24), i.dark) +
  i.skin("M124 262q0-60 76-60t76 60q0 76-76 76t-76-76Z") +
  i.fill(disc(200, 278, 40, 44), i.light);

/** Toys, games and things to make. */
export const play: Readonly<Record<string, Drawing>> = {
  "soft-toy": (i) =>
    toyBody(i) +
    i.fill(disc(124, 86, 36) + disc(276, 86, 36), i.dark) +
    i.fill(disc(124, 86, 19) + disc(276, 86, 19), i.light) +
    i.skin(disc(200, 146, 90, 82)) +
    i.fill(disc(200, 172, 40, 30), i.light) +
    face(200, 138, 34) +
    i.fill("M186 160h28q-4 16-14 16t-14-16Z", "#5a4335") +
    bowTie(i),
  "rabbit-toy": (i) =>
    toyBody(i) +
    i.fill(disc(160, 66, 26, 58) + disc(240, 66, 26, 58), i.dark) +
    i.fill(disc(160, 70, 13, 40) + disc(240, 70, 13, 40), i.light) +
    i.skin(disc(200, 154, 82, 74)) +
    face(200, 146, 32) +
    i.fill("M190 166h20l-10 14Z", i.accent) +
    i.line("M200 180q-12 14-22 2M200 180q12 14 22 2", 4, "#5a4335") +
    bowTie(i),
  "owl-toy": (i) =>
    i.ground(200, 340, 92) +
    i.skin("M104 180q-2-70 16-110 30 34 80 34t80-34q18 40 16 110 10 154-96 154t-96-154Z") +
    i.fill("M140 220q60 50 120 0 14 90-60 96-74-6-60-96Z", i.light) +
    i.fill(disc(160, 160, 38) + disc(240, 160, 38), "#fffaf0") +
    i.fill(disc(164, 162, 16) + disc(236, 162, 16), "#3b3236") +
    i.fill("M188 178h24l-12 26Z", "#e6a646") +
    i.fill("M106 190q-20 70 26 110-4-70-26-110ZM294 190q20 70-26 110 4-70 26-110Z", i.dark) +
    i.line("M168 334v10M184 334v10M216 334v10M232 334v10", 6, "#e6a646"),
  doll: (i) =>
    i.ground(200, 350, 74) +
    i.line("M178 300v44M222 300v44", 15, "#f0cfae") +
    i.skin("M172 190h56l48 116q-76 26-152 0Z") +
    i.shade("M216 190h12l48 116q-20 8-40 11Z") +
    i.line("M168 204l-36 48M232 204l36 48", 15, "#f0cfae") +
    i.fill("M120 130c0-116 160-116 160 0 8 50-8 66-20 66H140c-12 0-28-16-20-66Z", "#8a5b3c") +
    i.fill(disc(200, 132, 58, 60), "#f6dcc0") +
    i.fill("M144 118q10-60 68-52 40 8 46 54-50 4-60-30-14 30-54 28Z", "#8a5b3c") +
    face(200, 136, 22) +
    i.line("M188 160q12 12 24 0", 4, "#c94f5f") +
    i.fill(heart(252, 74, 36), i.accent) +
    i.line("M126 296q74 24 148 0", 6, i.light),
  puzzle: (i) => {
    const piece = (x: number, y: number, colour: string) =>
      i.fill(`M${x} ${y}h44c-14-34 48-34 34 0h44v44c34-14 34 48 0 34v44H${x}v-44c34 14 34-48 0-34Z`, colour);
    return (
      i.ground(200, 336, 110) +
      piece(74, 84, i.main) +
      piece(196, 84, i.accent) +
      piece(74, 206, i.light) +
      `<g transform="rotate(9 270 270)">${piece(206, 216, i.dark)}</g>`
    );
  },
  game: (i) =>
    i.flat(box(70, 86, 260, 230, 12)) +
    i.fill(box(88, 104, 224, 194, 4), "#fff6e4") +
    [0, 1, 2, 3]
      .flatMap((row) =>
        [0, 1, 2, 3, 4].map((column) =>
          (row + column) % 2 === 0 ? i.fill(`M${88 + column * 45} ${104 + row * 48.5}h44v48h-44Z`, i.light) : "",
        ),
      )
      .join("") +
    `<g transform="rotate(-14 150 230)">${i.fill(box(110, 196, 84, 84, 14), "#fffdf8")}${i.fill(disc(132, 218, 8) + disc(172, 218, 8) + disc(152, 238, 8) + disc(132, 258, 8) + disc(172, 258, 8), i.accent)}</g>` +
    i.fill(`${disc(262, 150, 20)}M240 232q2-60 22-60t22 60Z`, i.dark) +
    i.fill(`${disc(230, 180, 16)}M212 252q2-50 18-50t18 50Z`, i.accent),
  skittles: (i) =>
    i.ground(190, 336, 128) +
    [
      [110, 40, "main"],
      [190, 0, "dark"],
      [270, 40, "light"],
      [150, 70, "accent"],
      [230, 70, "main"],
    ]
      .map(
        ([x, y, tone]) =>
          `<g transform="translate(${x} ${y})"><path fill="${i[tone as "main"]}" d="M-16 90c-30-60 62-60 32 0-6 20 22 60 18 108-2 44-66 44-68 0-4-48 24-88 18-108Z"/><path stroke="#fffaf0" stroke-width="8" d="M-15 102h30M-30 170h60"/></g>`,
      )
      .join("") +
    i.fill(disc(318, 300, 38), i.accent) +
    i.shine(disc(306, 288, 10)),
  "craft-kit": (i) =>
    i.ground(200, 330, 128) +
    i.skin(box(80, 150, 240, 176, 12)) +
    i.shade("M286 150h22q12 0 12 12v152q0 12-12 12h-22Z") +
    i.fill(box(80, 150, 240, 44, 12), i.dark) +
    i.line("M130 150 108 64M176 150l4-100", 12, "#e0a14a") +
    i.fill("M100 62l8-26 14 22ZM172 50l8-28 8 28Z", "#4b4048") +
    i.line("M240 150l26-76", 9, "#b98d60") +
    i.fill("M258 80c-6-30 14-44 24-50 6 20 8 46-8 56Z", i.accent) +
    i.fill(disc(200, 262, 44), "#fffaf0") +
    i.fill(star(200, 264, 30), i.accent),
  helicopter: (i) =>
    i.line("M96 96H304M200 96v44", 9, "#8a8f94") +
    i.flat("M92 220c0-60 50-82 108-82 40 0 62 24 76 50l78-14 4 28-72 26c-6 44-50 56-96 56-60 0-98-22-98-64Z") +
    i.fill("M112 214c4-40 38-58 78-58v58Z", "#cfe0e6") +
    i.fill("M338 150l26 10-4 52-20-6Z", i.accent) +
    i.line("M140 284v34M230 282v36M104 320H284", 9, i.dark) +
    i.shine("M124 200q8-24 34-34-18 14-22 34Z"),
  "toy-box": (i) =>
    i.ground(200, 332, 126) +
    i.fill(disc(130, 150, 48), i.accent) +
    i.fill("M82 150a48 48 0 0 1 96 0q-48 22-96 0Z", i.light) +
    i.fill(box(186, 104, 74, 90, 8), "#86a873") +
    i.fill(star(286, 150, 42), "#ecc75f") +
    i.skin("M76 190H324l-14 128q-2 12-14 12H104q-12 0-14-12Z") +
    i.shade("M290 190h34l-14 128q-2 12-14 12h-22Z") +
    i.fill(box(64, 178, 272, 28, 10), i.dark) +
    i.fill(star(200, 264, 38), i.print),
  "money-box": (i) =>
    i.ground(200, 328, 116) +
    i.fill("M128 290h36v36h-36ZM240 290h36v36h-36Z", i.dark) +
    i.skin("M74 214c0-60 56-92 120-92q40 0 66 14l40-22-4 50q22 20 28 42h22v54h-26q-24 52-126 52c-74 0-120-38-120-98Z") +
    i.shade("M90 258q60 50 200 20-30 34-96 34-78 0-104-54Z") +
    i.fill(box(160, 132, 72, 11, 5), "#4b4048") +
    i.fill(disc(196, 92, 28), "#e2bb5f") +
    i.line(disc(196, 92, 18), 3, "#c39a45") +
    i.fill(disc(282, 188, 7), "#3b3236") +
    i.fill(disc(336, 232, 5), i.dark) +
    i.line("M76 210q-30-6-24-34 18-4 16 16", 7, i.dark),
};

function bowTie(i: Ink): string {
  return (
    i.fill("M200 226q-52-30-56 0 8 26 56 0Zm0 0q52-30 56 0-8 26-56 0Z", i.accent) + i.fill(disc(200, 226, 11), i.dark)
  );
}
