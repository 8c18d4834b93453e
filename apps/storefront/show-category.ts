import type { Input } from "#kernel/contract";
import { catalog, refuse } from "#catalog/contract";
import type { WebAnswer } from "#platform/service";
import { frameOf, type Link } from "./frame.ts";
import { listCards } from "./list-cards.ts";
import { htmlAnswer, type Category, type Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";
import type { Facet } from "./views/category-page.tsx";
import { nameOfAttribute, valueOfAttribute } from "./words.ts";

type Sort = NonNullable<Input<typeof catalog.listProducts>["sort"]>;

const SORTS: readonly Sort[] = ["newest", "name", "price-asc", "price-desc"];
const PER_PAGE = 24;
const FILTERS_AT_MOST = 20;
const FILTER = /^[a-z0-9][a-z0-9_-]{0,63}:.{1,100}$/s;

/** What the address asks for. What it cannot mean is left out: a link from elsewhere shows the list all the same. */
type Asked = { readonly sort: Sort; readonly cursor: string | null; readonly filters: readonly string[] };

/** All goods, or those of a category: filtered, sorted, and page after page. */
export async function showCategory(visit: Visit): Promise<WebAnswer> {
  const { texts, request, href } = visit;
  const path = request.parameters["*"];
  const categories = await visit.categories();
  const category = categories.find((one) => one.path === path);
  if (path !== undefined && category === undefined) throw refuse.CATEGORY_NOT_FOUND({ category: path });
  const asked = readAsked(request.search);
  const { sort, cursor, filters } = asked;
  const action = href(path === undefined ? "/products" : `/categories/${path}`);
  const list = {
    ...(path === undefined ? {} : { category: path }),
    ...(filters.length === 0 ? {} : { attributes: [...filters] }),
  };
  const [frame, page, facets] = await Promise.all([
    frameOf(visit),
    listCards(visit, { ...list, limit: PER_PAGE, sort, ...(cursor === null ? {} : { cursor }) }),
    visit.call(catalog.listFacets, list),
  ]);
  const { categoryHtml } = await loadViews();
  const html = categoryHtml({
    frame,
    title: category?.name ?? texts.allGoods,
    crumbs: crumbsOf(visit, categories, path),
    children: linksTo(
      visit,
      categories.filter((one) => isChild(one, path)),
    ),
    cards: page.cards,
    action,
    sorts: SORTS.map((value) => ({ value, text: texts.sorts[value], isChosen: value === sort })),
    facets: withChosen(facets.items, filters).map((facet) => facetOf(visit, facet, filters)),
    said: page.cards.length === 0 ? texts.nothingFound : texts.listed(page.cards.length, page.nextCursor !== null),
    chosen: filters.map((filter) => ({
      text: valueOfAttribute(visit.place.locale, ...splitFilter(filter)),
      href: addressOf(action, { sort, cursor: null, filters: filters.filter((other) => other !== filter) }),
    })),
    next: page.nextCursor === null ? null : addressOf(action, { ...asked, cursor: page.nextCursor }),
    first: cursor === null ? undefined : addressOf(action, { ...asked, cursor: null }),
  });
  return htmlAnswer(html);
}

function readAsked(search: URLSearchParams): Asked {
  const sort = SORTS.find((one) => one === search.get("sort")) ?? "newest";
  const filters = [...new Set(search.getAll("attributes"))].filter((text) => FILTER.test(text));
  return { sort, cursor: search.get("cursor"), filters: filters.toSorted().slice(0, FILTERS_AT_MOST) };
}

/** Name and value of `colour:red`. */
function splitFilter(filter: string): [string, string] {
  const end = filter.indexOf(":");
  return [filter.slice(0, end), filter.slice(end + 1)];
}

/** One address for one list, whatever the order in which its filters were chosen. */
function addressOf(action: string, { sort, cursor, filters }: Asked): string {
  const search = new URLSearchParams();
  if (sort !== "newest") search.append("sort", sort);
  for (const filter of filters) search.append("attributes", filter);
  if (cursor !== null) search.append("cursor", cursor);
  return search.size === 0 ? action : `${action}?${search.toString()}`;
}

type Counted = {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly count?: number }[];
};

/** Only the first attributes and values are counted: what is chosen beside them stays in the form all the same, or the next choice would
 *  silently end it. */
function withChosen(counted: readonly Counted[], filters: readonly string[]): readonly Counted[] {
  const facets = new Map(counted.map((facet) => [facet.name, facet.values]));
  for (const [name, value] of filters.map(splitFilter)) {
    const values = facets.get(name) ?? [];
    if (!values.some((one) => one.value === value)) facets.set(name, [...values, { value }]);
  }
  return [...facets].map(([name, values]) => ({ name, values }));
}

/** The choices of one attribute. */
function facetOf({ place }: Visit, { name, values }: Counted, filters: readonly string[]): Facet {
  return {
    title: nameOfAttribute(place.locale, name),
    values: values.map(({ value, count }) => ({
      value: `${name}:${value}`,
      text: valueOfAttribute(place.locale, name, value),
      count,
      isChosen: filters.includes(`${name}:${value}`),
    })),
  };
}

/** The way from the start page to here. */
export function crumbsOf(visit: Visit, all: readonly Category[], path: string | undefined): readonly Link[] {
  const home = { href: visit.href("/"), text: visit.texts.home };
  if (path === undefined) return [home];
  return [
    home,
    ...linksTo(
      visit,
      all.filter((one) => path[one.path.length] === "/" && path.startsWith(one.path)),
    ),
  ];
}

function isChild({ path }: Category, parent: string | undefined): boolean {
  const above = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
  return above === parent;
}

function linksTo({ href }: Visit, categories: readonly Category[]): readonly Link[] {
  return categories.map(({ path, name }) => ({ href: href(`/categories/${path}`), text: name }));
}
