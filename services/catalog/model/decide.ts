import type { Id } from "#kernel/id";
import type { ProductChange, ProductSource } from "../product-schema.ts";
import { isSameProduct, mergeDraft, type MergeRules, type Problem } from "./merge-draft.ts";
import { slugCandidates } from "./slug.ts";

/** A product before and after; `before` is undefined for a new one. */
export type Change = { readonly before: ProductSource | undefined; readonly after: ProductSource };

export type Decision =
  | { readonly outcome: "created" | "updated" | "unchanged"; readonly product: ProductSource }
  | { readonly outcome: "refused"; readonly problems: readonly Problem[] };

/** Words that are addresses of their own under `/products/`. */
const RESERVED: ReadonlySet<string> = new Set(["by-ids", "export", "import"]);

/** What is known while a batch of drafts is decided, one after the other: each sees what those before it made. */
export class Workbench {
  readonly #rules: MergeRules;
  readonly #stored = new Map<Id<"product">, ProductSource>();
  readonly #now = new Map<Id<"product">, ProductSource>();
  readonly #skuOwners = new Map<string, Id<"product">>();
  readonly #slugOwners: Map<string, Id<"product">>;

  /** `products`: all that own a SKU of the batch. `slugs`: who owns those of the batch's slug candidates that are taken. */
  constructor(
    rules: MergeRules,
    products: readonly ProductSource[],
    slugs: readonly { readonly locale: string; readonly slug: string; readonly productId: Id<"product"> }[],
  ) {
    this.#rules = rules;
    this.#slugOwners = new Map(slugs.map((row) => [slugKey(row.locale, row.slug), row.productId]));
    for (const product of products) {
      this.#stored.set(product.productId, product);
      this.#accept(product);
    }
  }

  /** Takes a draft as the product that owns its SKUs; a new one when nobody does. */
  upsert(draft: ProductChange): Decision {
    const owners = new Set(
      (draft.variants ?? []).map((variant) => this.#skuOwners.get(variant.sku)).filter((id) => id !== undefined),
    );
    if (owners.size > 1) {
      return refused([{ code: "INVALID", field: "variants", message: "the SKUs belong to different products" }]);
    }
    return this.#apply([...owners][0], draft);
  }

  /** Takes a draft as a new product: none of its SKUs may be known. */
  create(draft: ProductChange): Decision {
    return this.#apply(undefined, draft);
  }

  /** Takes a draft as a change of a product that is on the bench. */
  update(productId: Id<"product">, draft: ProductChange): Decision {
    return this.#apply(productId, draft);
  }

  /** Takes a state of a product on the bench that was made elsewhere; its SKUs and slugs must be the present ones. */
  put(next: ProductSource): Decision {
    const current = this.#now.get(next.productId);
    if (current !== undefined && isSameProduct(current, next)) return { outcome: "unchanged", product: current };
    this.#accept(next);
    return { outcome: "updated", product: next };
  }

  /** What to write: each product once, however many drafts changed it. */
  changes(): readonly Change[] {
    const all = [...this.#now.values()].map((after) => ({ before: this.#stored.get(after.productId), after }));
    const at = this.#rules.now.toISOString();
    return all
      .toSorted((a, b) => (a.after.productId < b.after.productId ? -1 : 1))
      .filter(({ before, after }) => before === undefined || !isSameProduct(before, after))
      .map(({ before, after }) => ({
        before,
        after: { ...after, version: (before?.version ?? 0) + 1, updatedAt: at },
      }));
  }

  #apply(productId: Id<"product"> | undefined, draft: ProductChange): Decision {
    const current = productId === undefined ? undefined : this.#now.get(productId);
    const merged = mergeDraft(current, draft, this.#rules);
    const problems = [...merged.problems, ...this.#foreignSkus(draft, productId)];
    const texts: Record<string, ProductSource["texts"][string]> = {};
    for (const [locale, text] of Object.entries(merged.product.texts)) {
      const slug = this.#settleSlug({ locale, text, productId: merged.product.productId, sku: firstSku(draft) });
      texts[locale] = { ...text, slug: slug ?? text.slug };
      if (slug === undefined && text.title !== "")
        problems.push(slugTaken(locale, text.slug, this.#rules.defaultLocale));
    }
    if (problems.length > 0) return refused(problems);
    const product = { ...merged.product, texts };
    if (current !== undefined && isSameProduct(current, product)) return { outcome: "unchanged", product: current };
    if (current !== undefined) this.#leave(current);
    this.#accept(product);
    return { outcome: current === undefined ? "created" : "updated", product };
  }

  #foreignSkus(draft: ProductChange, productId: Id<"product"> | undefined): Problem[] {
    return (draft.variants ?? []).flatMap(({ sku }, index) => {
      const owner = this.#skuOwners.get(sku);
      if (owner === undefined || owner === productId) return [];
      return [
        { code: "SKU_TAKEN" as const, field: `variants.${index}.sku`, message: `another product has SKU ${sku}`, sku },
      ];
    });
  }

  /** The told slug when it is free, else the first free candidate of a text that has none; undefined: none is free. */
  #settleSlug(told: {
    locale: string;
    text: { title: string; slug: string };
    productId: string;
    sku: string;
  }): string | undefined {
    const { locale, text, productId, sku } = told;
    const candidates = text.slug === "" ? slugCandidates(text.title, sku) : [text.slug];
    return candidates.find((slug) => {
      const owner = this.#slugOwners.get(slugKey(locale, slug));
      return !RESERVED.has(slug) && (owner === undefined || owner === productId);
    });
  }

  #accept(product: ProductSource): void {
    this.#now.set(product.productId, product);
    for (const { sku } of product.variants) this.#skuOwners.set(sku, product.productId);
    for (const [locale, { slug }] of Object.entries(product.texts))
      this.#slugOwners.set(slugKey(locale, slug), product.productId);
  }

  /** Gives free what the product no longer has. Not its slugs: the row still holds them until the batch is written. */
  #leave(product: ProductSource): void {
    for (const { sku } of product.variants) this.#skuOwners.delete(sku);
  }
}

/** Every slug a draft may end up with, to be looked up before it is decided. */
export function wantedSlugs(draft: ProductChange, defaultLocale: string): { locale: string; slug: string }[] {
  const told = { ...draft.slugs, ...(draft.slug === undefined ? {} : { [defaultLocale]: draft.slug }) };
  const fixed = Object.entries(told).map(([locale, slug]) => ({ locale, slug }));
  const made = Object.entries(draft.titles ?? {})
    .filter(([locale]) => told[locale] === undefined)
    .flatMap(([locale, title]) => slugCandidates(title, firstSku(draft)).map((slug) => ({ locale, slug })));
  return [...fixed, ...made];
}

function firstSku(draft: ProductChange): string {
  return draft.variants?.[0]?.sku ?? "";
}

function refused(problems: readonly Problem[]): Decision {
  return { outcome: "refused", problems };
}

function slugTaken(locale: string, slug: string, defaultLocale: string): Problem {
  const field = locale === defaultLocale ? "slug" : `slugs.${locale}`;
  return { code: "SLUG_TAKEN", field, message: `another product has the slug "${slug}" (${locale})`, slug, locale };
}

function slugKey(locale: string, slug: string): string {
  return `${locale} ${slug}`;
}
