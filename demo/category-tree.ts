/** The shop's departments and their categories in display order: slug → [name, leaves]. A product names its leaf as `department/leaf`. */
export const departments: Readonly<
  Record<string, { readonly name: string; readonly leaves: Readonly<Record<string, string>> }>
> = {
  "home-lighting": {
    name: "Home Lighting",
    leaves: {
      "candle-holders": "Candle Holders",
      candles: "Candles",
      lanterns: "Lanterns",
      "lamps-and-shades": "Lamps & Shades",
      "string-lights": "String Lights",
      "home-fragrance": "Home Fragrance",
    },
  },
  kitchen: {
    name: "Kitchen",
    leaves: {
      bakeware: "Bakeware",
      "tins-and-jars": "Tins & Jars",
      "kitchen-tools": "Kitchen Tools",
      "kitchen-textiles": "Kitchen Textiles",
      "lunch-boxes": "Lunch Boxes & Containers",
    },
  },
  dining: {
    name: "Dining",
    leaves: {
      "mugs-and-cups": "Mugs & Cups",
      "plates-and-bowls": "Plates & Bowls",
      "teapots-and-jugs": "Teapots & Jugs",
      glassware: "Glassware",
      cutlery: "Cutlery",
      "cake-stands": "Cake Stands",
      "trays-and-table-linen": "Trays & Table Linen",
    },
  },
  "home-decor": {
    name: "Home Décor",
    leaves: {
      ornaments: "Ornaments & Hangings",
      signs: "Signs & Letters",
      clocks: "Clocks",
      mirrors: "Mirrors",
      frames: "Frames & Albums",
      "wall-art": "Wall Art",
      "flowers-and-vases": "Flowers & Vases",
      curiosities: "Curiosities",
    },
  },
  "furniture-furnishings": {
    name: "Furniture & Furnishings",
    leaves: {
      furniture: "Furniture & Shelves",
      "boxes-and-baskets": "Boxes & Baskets",
      "hooks-and-knobs": "Hooks & Knobs",
      organisers: "Racks & Organisers",
      cushions: "Cushions & Throws",
      "doormats-and-doorstops": "Doormats & Doorstops",
      "hot-water-bottles": "Hot Water Bottles",
      bathroom: "Bathroom",
    },
  },
  "bags-travel": {
    name: "Bags & Travel",
    leaves: {
      "shopping-bags": "Shopping Bags",
      "lunch-bags": "Lunch & Picnic Bags",
      handbags: "Handbags",
      "purses-and-wallets": "Purses & Wallets",
      "wash-bags": "Wash & Cosmetic Bags",
      travel: "Travel",
      umbrellas: "Umbrellas & Rainwear",
    },
  },
  "jewellery-accessories": {
    name: "Jewellery & Accessories",
    leaves: {
      necklaces: "Necklaces",
      bracelets: "Bracelets",
      earrings: "Earrings",
      "rings-and-brooches": "Rings & Brooches",
      "hair-accessories": "Hair Accessories",
      "key-rings-and-charms": "Key Rings & Charms",
      "jewellery-storage": "Jewellery Storage",
      "wear-and-wellbeing": "Wear & Wellbeing",
    },
  },
  "toys-children": {
    name: "Toys & Children",
    leaves: {
      "soft-toys": "Soft Toys & Dolls",
      "games-and-puzzles": "Games & Puzzles",
      "creative-kits": "Creative Kits",
      "small-toys": "Small Toys",
      "childrens-tableware": "Children's Tableware",
      "childrens-rooms": "Children's Rooms",
    },
  },
  stationery: {
    name: "Stationery",
    leaves: {
      notebooks: "Notebooks & Paper",
      "pens-and-pencils": "Pens & Pencils",
      cards: "Cards",
      "stickers-and-tape": "Stickers & Tape",
      magnets: "Magnets",
      desk: "Desk & Memo",
      "sewing-and-craft": "Sewing & Craft",
    },
  },
  "party-gift-wrap": {
    name: "Party & Gift Wrap",
    leaves: {
      "gift-wrap": "Gift Wrap & Tissue",
      "gift-bags-and-boxes": "Gift Bags & Boxes",
      ribbons: "Ribbons & Tags",
      "bunting-and-garlands": "Bunting & Garlands",
      "paper-tableware": "Paper Tableware",
      "cake-cases-and-doilies": "Cake Cases & Doilies",
      "balloons-and-fun": "Balloons & Party Fun",
    },
  },
  "garden-outdoor": {
    name: "Garden & Outdoor",
    leaves: {
      "plant-pots": "Pots & Planters",
      "garden-tools": "Garden Tools",
      "garden-decorations": "Garden Decorations",
      outdoor: "Picnic & Outdoor",
    },
  },
  seasonal: {
    name: "Seasonal",
    leaves: { christmas: "Christmas", easter: "Easter", "love-and-weddings": "Love & Weddings" },
  },
};

/** The leaf of goods that no rule recognises. */
export const fallbackLeaf = "home-decor/curiosities";

/** One row of `categories.json`. */
export type CategoryRow = {
  readonly slug: string;
  readonly parent: string | null;
  readonly names: { readonly en: string };
  readonly position: number;
};

/** The tree as import rows, parents before their children; positions count from 1 among siblings. */
export function listCategories(): CategoryRow[] {
  const tops = Object.entries(departments);
  const parents = tops.map(([slug, { name }], index) => ({
    slug,
    parent: null,
    names: { en: name },
    position: index + 1,
  }));
  const leaves = tops.flatMap(([parent, department]) =>
    Object.entries(department.leaves).map(([slug, name], index) => ({
      slug,
      parent,
      names: { en: name },
      position: index + 1,
    })),
  );
  return [...parents, ...leaves];
}
