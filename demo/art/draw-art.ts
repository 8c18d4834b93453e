import { bags } from "./bags.ts";
import { furniture } from "./furniture.ts";
import { garden } from "./garden.ts";
import { home } from "./home.ts";
import { paint } from "./ink.ts";
import type { Drawing } from "./ink.ts";
import { jewellery } from "./jewellery.ts";
import { kitchen } from "./kitchen.ts";
import { lighting } from "./lighting.ts";
import { paper } from "./paper.ts";
import { party } from "./party.ts";
import { play } from "./play.ts";
import { tableware } from "./tableware.ts";

const drawings: Readonly<Record<string, Drawing>> = {
  ...tableware,
  ...kitchen,
  ...lighting,
  ...home,
  ...furniture,
  ...bags,
  ...jewellery,
  ...paper,
  ...party,
  ...play,
  ...garden,
};

/** The SVG of one product picture: `art` is the thing, `tone` a colour facet's value, `motif` a pattern or "plain".
 *  Same input, same bytes. Throws when nobody has drawn the thing yet. */
export function drawArt(choice: { readonly art: string; readonly tone: string; readonly motif: string }): string {
  const drawing = drawings[choice.art];
  if (drawing === undefined) throw new Error(`no drawing of ${choice.art}`);
  return paint(drawing, choice);
}
