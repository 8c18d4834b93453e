import type { Bench, Row, Shop } from "../bench.ts";
import type { FlowData, FlowName } from "../load/flows.ts";
import { readMetrics } from "../metrics.ts";
import { residentMib } from "../observe.ts";
import { guestHeaders, httpRow, measureBeside } from "../rows/http-row.ts";
import { insideRows } from "../rows/inside-rows.ts";
import type { Bar } from "../sample.ts";
import type { Stage } from "../stage.ts";
import type { Visit } from "./visit.ts";

/** A shop at a size of its own, and what is read there. */
export type Sized = { readonly shop: Shop; readonly visit: Visit };

/** How much slower a row may be than at the first size. */
const SLOWER_AT_MOST = 1.5;

const BESIDE = "the same at the first size, beside it";

type Plan<Name extends FlowName> = {
  readonly flow: Name;
  readonly data: (sized: Sized) => FlowData[Name] | Promise<FlowData[Name]>;
};

/** A row of the grown shop with the same of the first size beside it, by turns. */
function besideFirst<Name extends FlowName>(
  name: string,
  what: string,
  { flow, data }: Plan<Name>,
  { grown, first }: { readonly grown: Visit; readonly first: Sized },
): Row {
  return httpRow({
    name,
    what,
    unit: flow === "purchase" ? "orders/s" : "requests/s",
    limit: BESIDE,
    flow,
    data: (bench) => data({ shop: bench, visit: grown }),
    measureLimit: async (bench, load) =>
      measureBeside(bench, first.shop.stage, { flow, data: await data(first), load }),
    bars: ({ ratio }) => [ofFirstSize(ratio!)],
  });
}

function ofFirstSize(measured: number): Bar {
  return {
    what: "of the first size",
    unit: "×",
    kind: "at least",
    bar: 1 / SLOWER_AT_MOST,
    measured,
    isDeciding: true,
  };
}

/** With everything in memory that may be. */
export function cachedRows(grown: Visit, first: Sized): readonly Row[] {
  const row = <Name extends FlowName>(name: string, what: string, plan: Plan<Name>) =>
    besideFirst(name, what, plan, { grown, first });
  return [
    row("detail", "product detail, any of 200, from memory", {
      flow: "read",
      data: ({ visit }) => ({ paths: visit.details }),
    }),
    row("list", "list of 20, from memory", { flow: "read", data: ({ visit }) => ({ paths: visit.lists }) }),
    row("add-to-cart", "POST /cart/lines", {
      flow: "add-to-cart",
      data: ({ shop }) => ({ skus: shop.goods.skus }),
    }),
    row("purchase", "the whole purchase", { flow: "purchase", data: ({ shop }) => ({ skus: shop.goods.skus }) }),
    row("purchase-hot", "the same with one hot SKU in every cart", {
      flow: "purchase",
      data: ({ shop: { goods } }) => ({ skus: goods.skus, hot: goods.hot }),
    }),
    row("checkout-sold-out", "POST /checkout of goods that are gone", {
      flow: "sold-out",
      data: ({ shop }) => ({ sku: shop.goods.soldOut }),
    }),
    ...(grown.orders.length === 0 ? [] : orderRows(grown)),
    processRow("start-up", "from the command to an answer", "ms", first, async ({ startUpMs }) => startUpMs.again),
    processRow("memory", "resident memory after the rows before, beside PostgreSQL", "MiB", first, async ({ desks }) =>
      residentMib(await readMetrics(desks)),
    ),
  ];
}

/** A number of the process: the fewer, the better. */
function processRow(
  name: string,
  what: string,
  unit: string,
  { shop }: Sized,
  find: (stage: Stage) => Promise<number>,
): Row {
  return {
    name,
    what,
    unit,
    limit: BESIDE,
    measure: async ({ stage }) => {
      const [value, limit] = [await find(stage), await find(shop.stage)];
      return { value, limit, ratio: value / limit };
    },
    bars: ({ ratio }) => [{ ...ofFirstSize(ratio!), kind: "at most", bar: SLOWER_AT_MOST }],
  };
}

/** What is measured from within, on the data of the grown shop and on that of the first size. */
export function insideRowsBeside(first: Bench["inside"]): readonly Row[] {
  return insideRows.map((row) => ({
    ...row,
    limit: BESIDE,
    measure: async (bench) => {
      const grown = await row.measure(bench);
      const { value } = await row.measure({ ...bench, inside: first });
      return { ...grown, limit: value!, ratio: grown["value"]! / value! };
    },
    bars: ({ ratio }) => [ofFirstSize(ratio!)],
  }));
}

/** Only the grown shop has these. */
function orderRows({ orders, authorization }: Visit): readonly Row[] {
  const headers = { authorization };
  const row = (name: string, what: string, paths: readonly string[]) =>
    httpRow({ name, what, unit: "requests/s", flow: "read", data: () => ({ paths, headers }), bars: () => [] });
  return [
    row("order", "one order of a shopper", orders),
    row("orders", "the newest orders of a shopper", ["/api/v1/orders?limit=20"]),
  ];
}

/** With nothing in memory. */
export function uncachedRows(grown: Visit, first: Sized): readonly Row[] {
  const row = (name: string, what: string, paths: (visit: Visit) => readonly string[]) =>
    besideFirst(
      name,
      what,
      {
        flow: "read",
        data: async ({ shop, visit }) => ({
          paths: paths(visit),
          isInOrder: true,
          headers: await guestHeaders(shop.stage.url),
        }),
      },
      { grown, first },
    );
  return [
    row("detail-uncached", "product detail, nothing in memory", (visit) => visit.manyDetails),
    row("list-uncached", "list of 20 in all orders, page after page, nothing in memory", (visit) => visit.manyLists),
    row(
      "category-uncached",
      "list of 20 of the largest category, page after page, nothing in memory",
      (visit) => visit.categoryLists,
    ),
    row(
      "deep-uncached",
      "list of 20 far behind the beginning, page after page, nothing in memory",
      (visit) => visit.deepLists,
    ),
  ];
}
