const german: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

/** A title's address, made unique by the SKU when it is taken, whatever the language: a slug leads to one product only. Throws when
 *  that is taken, too. */
export function claimSlug(wanted: {
  readonly title: string;
  readonly sku: string;
  readonly taken: Set<string>;
}): string {
  const plain = slugify(wanted.title);
  const slug = wanted.taken.has(plain) ? `${plain}-${wanted.sku.toLowerCase()}` : plain;
  if (wanted.taken.has(slug)) throw new Error(`two products claim the slug ${slug}`);
  wanted.taken.add(slug);
  return slug;
}

function slugify(title: string): string {
  return title
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => german[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{M}|'/gu, "")
    .replace(/&/g, " and ")
    .replace(/×/g, "x")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
