/** A category's name in English and in German. */
type Name = readonly [en: string, de: string];

/** The shop's departments and their categories in display order, by slug. A product names its leaf as `department/leaf`. */
export const departments: Readonly<
  Record<string, { readonly name: Name; readonly leaves: Readonly<Record<string, Name>> }>
> = {
  "home-lighting": {
    name: ["Home Lighting", "Licht & Duft"],
    leaves: {
      "candle-holders": ["Candle Holders", "Kerzenhalter"],
      candles: ["Candles", "Kerzen"],
      lanterns: ["Lanterns", "Laternen"],
      "lamps-and-shades": ["Lamps & Shades", "Lampen & Schirme"],
      "string-lights": ["String Lights", "Lichterketten"],
      "home-fragrance": ["Home Fragrance", "Raumduft"],
    },
  },
  kitchen: {
    name: ["Kitchen", "Küche"],
    leaves: {
      bakeware: ["Bakeware", "Backen"],
      "tins-and-jars": ["Tins & Jars", "Dosen & Gläser"],
      "kitchen-tools": ["Kitchen Tools", "Küchenhelfer"],
      "kitchen-textiles": ["Kitchen Textiles", "Küchentextilien"],
      "lunch-boxes": ["Lunch Boxes & Containers", "Brotdosen & Behälter"],
    },
  },
  dining: {
    name: ["Dining", "Gedeckter Tisch"],
    leaves: {
      "mugs-and-cups": ["Mugs & Cups", "Becher & Tassen"],
      "plates-and-bowls": ["Plates & Bowls", "Teller & Schalen"],
      "teapots-and-jugs": ["Teapots & Jugs", "Kannen & Krüge"],
      glassware: ["Glassware", "Gläser"],
      cutlery: ["Cutlery", "Besteck"],
      "cake-stands": ["Cake Stands", "Tortenplatten"],
      "trays-and-table-linen": ["Trays & Table Linen", "Tabletts & Tischwäsche"],
    },
  },
  "home-decor": {
    name: ["Home Décor", "Wohndeko"],
    leaves: {
      ornaments: ["Ornaments & Hangings", "Figuren & Anhänger"],
      signs: ["Signs & Letters", "Schilder & Buchstaben"],
      clocks: ["Clocks", "Uhren"],
      mirrors: ["Mirrors", "Spiegel"],
      frames: ["Frames & Albums", "Rahmen & Alben"],
      "wall-art": ["Wall Art", "Wandschmuck"],
      "flowers-and-vases": ["Flowers & Vases", "Blumen & Vasen"],
      curiosities: ["Curiosities", "Kuriositäten"],
    },
  },
  "furniture-furnishings": {
    name: ["Furniture & Furnishings", "Möbel & Wohnen"],
    leaves: {
      furniture: ["Furniture & Shelves", "Möbel & Regale"],
      "boxes-and-baskets": ["Boxes & Baskets", "Schachteln & Körbe"],
      "hooks-and-knobs": ["Hooks & Knobs", "Haken & Knöpfe"],
      organisers: ["Racks & Organisers", "Ständer & Ablagen"],
      cushions: ["Cushions & Throws", "Kissen & Decken"],
      "doormats-and-doorstops": ["Doormats & Doorstops", "Fußmatten & Türstopper"],
      "hot-water-bottles": ["Hot Water Bottles", "Wärmflaschen"],
      bathroom: ["Bathroom", "Bad"],
    },
  },
  "bags-travel": {
    name: ["Bags & Travel", "Taschen & Reise"],
    leaves: {
      "shopping-bags": ["Shopping Bags", "Einkaufstaschen"],
      "lunch-bags": ["Lunch & Picnic Bags", "Lunch- & Picknicktaschen"],
      handbags: ["Handbags", "Handtaschen"],
      "purses-and-wallets": ["Purses & Wallets", "Portemonnaies & Etuis"],
      "wash-bags": ["Wash & Cosmetic Bags", "Kultur- & Kosmetikbeutel"],
      travel: ["Travel", "Reise"],
      umbrellas: ["Umbrellas & Rainwear", "Schirme & Regenkleidung"],
    },
  },
  "jewellery-accessories": {
    name: ["Jewellery & Accessories", "Schmuck & Accessoires"],
    leaves: {
      necklaces: ["Necklaces", "Halsketten"],
      bracelets: ["Bracelets", "Armbänder"],
      earrings: ["Earrings", "Ohrringe"],
      "rings-and-brooches": ["Rings & Brooches", "Ringe & Broschen"],
      "hair-accessories": ["Hair Accessories", "Haarschmuck"],
      "key-rings-and-charms": ["Key Rings & Charms", "Schlüssel- & Taschenanhänger"],
      "jewellery-storage": ["Jewellery Storage", "Schmuckaufbewahrung"],
      "wear-and-wellbeing": ["Wear & Wellbeing", "Tragen & Wohlfühlen"],
    },
  },
  "toys-children": {
    name: ["Toys & Children", "Spielzeug & Kinder"],
    leaves: {
      "soft-toys": ["Soft Toys & Dolls", "Stofftiere & Puppen"],
      "games-and-puzzles": ["Games & Puzzles", "Spiele & Puzzles"],
      "creative-kits": ["Creative Kits", "Bastelsets"],
      "small-toys": ["Small Toys", "Kleines Spielzeug"],
      "childrens-tableware": ["Children's Tableware", "Kindergeschirr"],
      "childrens-rooms": ["Children's Rooms", "Kinderzimmer"],
    },
  },
  stationery: {
    name: ["Stationery", "Papier & Schreiben"],
    leaves: {
      notebooks: ["Notebooks & Paper", "Notizbücher & Papier"],
      "pens-and-pencils": ["Pens & Pencils", "Stifte"],
      cards: ["Cards", "Karten"],
      "stickers-and-tape": ["Stickers & Tape", "Aufkleber & Klebeband"],
      magnets: ["Magnets", "Magnete"],
      desk: ["Desk & Memo", "Schreibtisch & Notizen"],
      "sewing-and-craft": ["Sewing & Craft", "Nähen & Handarbeit"],
    },
  },
  "party-gift-wrap": {
    name: ["Party & Gift Wrap", "Feiern & Verpacken"],
    leaves: {
      "gift-wrap": ["Gift Wrap & Tissue", "Geschenkpapier & Tücher"],
      "gift-bags-and-boxes": ["Gift Bags & Boxes", "Geschenktüten & Schachteln"],
      ribbons: ["Ribbons & Tags", "Bänder & Anhänger"],
      "bunting-and-garlands": ["Bunting & Garlands", "Wimpelketten & Girlanden"],
      "paper-tableware": ["Paper Tableware", "Pappgeschirr & Servietten"],
      "cake-cases-and-doilies": ["Cake Cases & Doilies", "Backförmchen & Tortenspitzen"],
      "balloons-and-fun": ["Balloons & Party Fun", "Luftballons & Partyspaß"],
    },
  },
  "garden-outdoor": {
    name: ["Garden & Outdoor", "Garten & Draußen"],
    leaves: {
      "plant-pots": ["Pots & Planters", "Töpfe & Kübel"],
      "garden-tools": ["Garden Tools", "Gartengeräte"],
      "garden-decorations": ["Garden Decorations", "Gartendeko"],
      outdoor: ["Picnic & Outdoor", "Picknick & Draußen"],
    },
  },
  seasonal: {
    name: ["Seasonal", "Feste & Jahreszeiten"],
    leaves: {
      christmas: ["Christmas", "Weihnachten"],
      easter: ["Easter", "Ostern"],
      "love-and-weddings": ["Love & Weddings", "Liebe & Hochzeit"],
    },
  },
};

/** The leaf of goods that no rule recognises. */
export const fallbackLeaf = "home-decor/curiosities";

/** The category beside the departments that holds what sold best (best-sellers.ts). */
export const bestSellersCategory = "best-sellers";

/** One row of `categories.json`. */
export type CategoryRow = {
  readonly slug: string;
  readonly parent: string | null;
  readonly names: { readonly en: string; readonly de: string };
  readonly position: number;
};

/** The tree as import rows, parents before their children; positions count from 1 among siblings. The best sellers come last. */
export function listCategories(): CategoryRow[] {
  const tops = Object.entries(departments);
  const leaves = tops.flatMap(([parent, department]) => toRows(parent, Object.entries(department.leaves)));
  const names = tops.map(([slug, { name }]): readonly [string, Name] => [slug, name]);
  return [...toRows(null, [...names, [bestSellersCategory, ["Best sellers", "Bestseller"]]]), ...leaves];
}

function toRows(parent: string | null, names: readonly (readonly [slug: string, name: Name])[]): CategoryRow[] {
  return names.map(([slug, [en, de]], index) => ({ slug, parent, names: { en, de }, position: index + 1 }));
}
