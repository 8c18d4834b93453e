import type { Row } from "../bench.ts";
import type { FlowData } from "../load/flows.ts";
import { guestHeaders, httpRow } from "../rows/http-row.ts";
import type { Visit } from "./visit.ts";

type Read = FlowData["read"];

const read = (name: string, what: string, data: Read): Row =>
  httpRow({ name, what, unit: "requests/s", flow: "read", data: () => data, bars: () => [] });

const readAnew = (name: string, what: string, paths: readonly string[]): Row =>
  httpRow({
    name,
    what,
    unit: "requests/s",
    flow: "read",
    data: async ({ stage }) => ({ paths, isInOrder: true, headers: await guestHeaders(stage.url) }),
    bars: () => [],
  });

/** With everything in memory that may be. */
export function cachedRows(visit: Visit): readonly Row[] {
  return [
    read("detail", "product detail, any of 200, from memory", { paths: visit.details }),
    read("list", "list of 20, from memory", { paths: visit.lists }),
    httpRow({
      name: "add-to-cart",
      what: "POST /cart/lines",
      unit: "requests/s",
      flow: "add-to-cart",
      data: ({ goods }) => ({ skus: goods.skus }),
      bars: () => [],
    }),
    httpRow({
      name: "purchase",
      what: "the whole purchase",
      unit: "orders/s",
      flow: "purchase",
      data: ({ goods }) => ({ skus: goods.skus }),
      bars: () => [],
    }),
    ...(visit.orders.length === 0 ? [] : orderRows(visit)),
  ];
}

function orderRows({ orders, authorization }: Visit): readonly Row[] {
  const headers = { authorization };
  return [
    read("order", "one order of a shopper", { paths: orders, headers }),
    read("orders", "the newest orders of a shopper", { paths: ["/api/v1/orders?limit=20"], headers }),
  ];
}

/** With nothing in memory. */
export function uncachedRows(visit: Visit): readonly Row[] {
  return [
    readAnew("detail-uncached", "product detail, nothing in memory", visit.manyDetails),
    readAnew("list-uncached", "list of 20 in all orders, page after page, nothing in memory", visit.manyLists),
    readAnew(
      "category-uncached",
      "list of 20 of the largest category, page after page, nothing in memory",
      visit.categoryLists,
    ),
    readAnew(
      "deep-uncached",
      "list of 20 far behind the beginning, page after page, nothing in memory",
      visit.deepLists,
    ),
  ];
}
