import type { Frame, Link } from "../frame.ts";
import { Layout } from "./layout.tsx";
import { ProductGrid, type Card } from "./product-card.tsx";

export type HomeModel = {
  readonly frame: Frame;
  readonly categories: readonly (Link & { readonly image: string | null })[];
  readonly featured: { readonly title: string; readonly href: string; readonly cards: readonly Card[] };
  /** Pictures of the campaign. */
  readonly art: readonly string[];
};

export function HomePage({ frame, categories, featured, art }: HomeModel) {
  const { texts, href, shopName } = frame;
  const facts = [
    {
      "@context": "https://schema.org",
      "@type": "WebSite",
      name: shopName,
      url: frame.canonical,
      inLanguage: frame.place.locale,
    },
  ];
  return (
    <Layout frame={frame} head={{ title: shopName, description: texts.hero.lead, facts }}>
      <section class="hero">
        <div class="hero-text">
          <h1>{texts.hero.title}</h1>
          <p>{texts.hero.lead}</p>
          <a class="button" href={href("/products")}>
            {texts.hero.action}
          </a>
        </div>
        <div class="hero-art" aria-hidden="true">
          {art.map((src) => (
            <img src={src} alt="" width="400" height="400" fetchpriority="high" />
          ))}
        </div>
      </section>
      <section aria-labelledby="shop-by">
        <h2 id="shop-by">{texts.shopBy}</h2>
        <ul class="tiles">
          {categories.map((category) => (
            <li>
              <a href={category.href}>
                {category.image !== null && (
                  <img src={category.image} alt="" width="400" height="400" loading="lazy" decoding="async" />
                )}
                <span>{category.text}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="featured">
        <div class="heading">
          <h2 id="featured">{featured.title}</h2>
          <a class="plain" href={featured.href}>
            {texts.seeAll}
          </a>
        </div>
        <ProductGrid cards={featured.cards} texts={texts} />
      </section>
    </Layout>
  );
}
