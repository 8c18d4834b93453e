import { expect, test } from "vitest";
import { cleanTitle } from "./clean-title.ts";
import { titleFixes } from "./title-words.ts";

test.each([
  ["GLASS STAR FROSTED T-LIGHT HOLDER", "Glass Star Frosted T-Light Holder"],
  ["RED WOOLLY HOTTIE WHITE HEART.", "Red Woolly Hot Water Bottle with White Heart"],
  ["S/4 IVORY MINI ROSE CANDLE IN BOWL", "Set of 4 Ivory Mini Rose Candle in Bowl"],
  ["SET/20 RED RETROSPOT PAPER NAPKINS ", "Set of 20 Red Retrospot Paper Napkins"],
  ["HAND TOWEL PALE BLUE W FLOWERS", "Pale Blue Hand Towel with Flowers"],
  ["BEACH HUT SHELF W 3 DRAWERS", "Beach Hut Shelf with 3 Drawers"],
  ["LUNCH BAG  BLACK SKULL.", "Black Skull Lunch Bag"],
  ["ALARM CLOCK BAKELIKE RED ", "Red Bakelike Alarm Clock"],
  ["CAKE STAND VICTORIAN FILIGREE MED", "Medium Victorian Filigree Cake Stand"],
  ["JUMBO BAG APPLES", "Apple Jumbo Bag"],
  ["WRAP RED APPLES ", "Red Apple Gift Wrap"],
  ["PINK/WHITE RIBBED MELAMINE JUG", "Pink & White Ribbed Melamine Jug"],
  ["AMBER GLASS/SHELL/PEARL NECKLACE", "Amber Glass, Shell & Pearl Necklace"],
  ["FEATHER PEN,HOT PINK", "Hot Pink Feather Pen"],
  ["CHILDRENS CUTLERY SPACEBOY ", "Spaceboy Children's Cutlery"],
  ["POLYESTER FILLER PAD 60x40cm", "Polyester Filler Pad 60 × 40 cm"],
  ["KEY FOB , SHED", "Shed Key Fob"],
  ["METAL SIGN TAKE IT OR LEAVE IT ", "Take It or Leave It Metal Sign"],
  ["GREEN PEONY CUSHION COVER", "Green Peony Cushion Cover"],
  ["PORCELAIN T-LIGHT HOLDERS ASSORTED", "Assorted Porcelain T-Light Holders"],
  ['LETTER "A" BLING KEY RING', "Letter A Bling Key Ring"],
  ["USB OFFICE MIRROR BALL", "USB Office Mirror Ball"],
  ["PACK OF 12 50'S CHRISTMAS TISSUES", "Pack of 12 50s Christmas Tissues"],
])("reads %j as %j", (raw, title) => {
  expect(cleanTitle(raw)).toBe(title);
});

test("a head word keeps its place when it only begins a longer name", () => {
  expect(cleanTitle("CARD HOLDER GINGHAM HEART")).toBe("Gingham Heart Card Holder");
  expect(cleanTitle("DOORMAT WITH FRINGE")).toBe("Doormat with Fringe");
});

test("every correction that a person wrote is keyed as the cleaner looks it up", () => {
  const unreachable = Object.keys(titleFixes).filter((key) => cleanTitle(key) !== titleFixes[key]);
  expect(unreachable).toEqual([]);
});
