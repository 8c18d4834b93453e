import type { Frame, Link } from "../frame.ts";
import { Breadcrumbs, breadcrumbFacts } from "./breadcrumbs.tsx";
import { Layout } from "./layout.tsx";
import { ProductGrid, type Card } from "./product-card.tsx";

export type CategoryModel = {
  readonly frame: Frame;
  readonly title: string;
  readonly crumbs: readonly Link[];
  readonly children: readonly Link[];
  readonly cards: readonly Card[];
  /** Where the form of sorting and filters leads. */
  readonly action: string;
  readonly sorts: readonly { readonly value: string; readonly text: string; readonly isChosen: boolean }[];
  readonly facets: readonly Facet[];
  /** What is listed, in words: what those hear who do not see it. */
  readonly said: string;
  /** Each leads to the list without it. */
  readonly chosen: readonly Link[];
  readonly next: string | null;
  /** Undefined on the first page. */
  readonly first: string | undefined;
};
export type Facet = {
  readonly title: string;
  readonly values: readonly {
    readonly value: string;
    readonly text: string;
    /** Undefined for what is chosen, but no longer among the first values. */
    readonly count: number | undefined;
    readonly isChosen: boolean;
  }[];
};

export function CategoryPage(model: CategoryModel) {
  const { frame, title, crumbs, children, cards, next, first } = model;
  const { texts } = frame;
  const isListed = first === undefined && model.chosen.length === 0;
  return (
    <Layout
      frame={frame}
      head={{
        title,
        description: `${title}: ${texts.hero.title}`,
        isListed,
        facts: [breadcrumbFacts(frame, crumbs, title)],
      }}
    >
      <Breadcrumbs crumbs={crumbs} here={title} texts={texts} />
      <h1>{title}</h1>
      {children.length > 0 && (
        <nav class="chips" aria-label={texts.categories}>
          <ul>
            {children.map(({ href, text }) => (
              <li>
                <a class="chip" href={href}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div class="listing" data-said={model.said}>
        <FilterForm model={model} />
        <div class="results">
          {model.chosen.length > 0 && <ChosenFilters model={model} />}
          {cards.length === 0 ? (
            <p class="empty">{texts.nothingFound}</p>
          ) : (
            <ProductGrid cards={cards} texts={texts} eager={4} />
          )}
          <p class="paging">
            {first !== undefined && (
              <a class="button quiet" href={first}>
                {texts.firstPage}
              </a>
            )}
            {next !== null && (
              <a class="button" href={next} rel="next">
                {texts.nextPage}
              </a>
            )}
          </p>
        </div>
      </div>
    </Layout>
  );
}

/** Where there is little room, behind a button; elsewhere styles.css shows it beside the list, open or not. */
function FilterForm({ model }: { readonly model: CategoryModel }) {
  const { frame, action, sorts, facets, chosen } = model;
  const { texts } = frame;
  return (
    <details class="filter-panel" data-name="panel">
      <summary class="button quiet">
        {texts.filterAndSort}
        {chosen.length > 0 && <span class="number">{chosen.length}</span>}
      </summary>
      <form class="filters" method="get" action={action} data-filters>
        <label class="sort">
          <span>{texts.sort}</span>
          <select name="sort">
            {sorts.map(({ value, text, isChosen }) => (
              <option value={value} selected={isChosen}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {facets.map((facet) => (
          <details class="facet" data-name={facet.title} open={facet.values.some(({ isChosen }) => isChosen)}>
            <summary>{facet.title}</summary>
            <ul>
              {facet.values.map(({ value, text, count, isChosen }) => (
                <li>
                  <label>
                    <input type="checkbox" name="attributes" value={value} checked={isChosen} />
                    <span>{text}</span>
                    {count !== undefined && <span class="count">{count}</span>}
                  </label>
                </li>
              ))}
            </ul>
          </details>
        ))}
        <button class="button quiet">{texts.apply}</button>
      </form>
    </details>
  );
}

function ChosenFilters({ model: { chosen, action, frame } }: { readonly model: CategoryModel }) {
  const { texts } = frame;
  return (
    <ul class="chosen" aria-label={texts.filters}>
      {chosen.map(({ href, text }) => (
        <li>
          <a class="chip on" href={href} aria-label={texts.removeFilter(text)}>
            {text} <span aria-hidden="true">×</span>
          </a>
        </li>
      ))}
      <li>
        <a class="plain" href={action}>
          {texts.clearAll}
        </a>
      </li>
    </ul>
  );
}
