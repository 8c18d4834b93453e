import { colourWords, materialWords, themeWords } from "./attribute-words.ts";
import { germanColour } from "./german-colours.ts";
import { germanMaterials, germanThemes } from "./german-facets.ts";
import { capitalised } from "./german-grammar.ts";
import { germanNoun } from "./german-words.ts";
import { goodsTypes } from "./goods-types.ts";

type Names = { readonly en: string; readonly de: string };
type AttributeNames = { readonly names: Names; readonly values: Readonly<Record<string, Names>> };

/** What the attributes of the goods and their values are called, by attribute and value: a product holds values only
 *  (`colour: ["light-blue"]`). Throws when a value has no German name. */
export function listAttributeNames(): Readonly<Record<string, AttributeNames>> {
  return {
    colour: {
      names: { en: "Colour", de: "Farbe" },
      values: nameValues(Object.values(colourWords), germanColour),
    },
    material: {
      names: { en: "Material", de: "Material" },
      values: nameValues(Object.keys(materialWords), (value) => nameIn(germanMaterials, value)),
    },
    theme: {
      names: { en: "Theme", de: "Thema" },
      values: nameValues(Object.keys(themeWords), (value) => nameIn(germanThemes, value)),
    },
    type: {
      names: { en: "Kind", de: "Art" },
      values: Object.fromEntries(
        Object.entries(goodsTypes).map(([type, { noun }]) => [
          type,
          { en: capitalised(noun), de: germanNoun(type).singular },
        ]),
      ),
    },
  };
}

function nameValues(values: readonly string[], german: (value: string) => string): Record<string, Names> {
  const sorted = [...new Set(values)].toSorted();
  return Object.fromEntries(
    sorted.map((value) => [value, { en: capitalised(value.replaceAll("-", " ")), de: german(value) }]),
  );
}

function nameIn(names: Readonly<Record<string, { readonly name: string }>>, value: string): string {
  const found = names[value];
  if (found === undefined) throw new Error(`german-facets.ts has no name for ${value}`);
  return found.name;
}
