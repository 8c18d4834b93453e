import type { Row } from "../bench.ts";
import type { FlowData, FlowName } from "../load/flows.ts";
import type { Goods } from "../goods.ts";
import { observe } from "../observe.ts";
import { processRows } from "./process-rows.ts";
import { httpRow, measureBeside } from "./http-row.ts";

type Plan<Name extends FlowName> = Pick<Row, "name" | "what" | "unit"> & {
  readonly flow: Name;
  readonly data: (goods: Goods) => FlowData[Name];
  readonly isObserved?: boolean;
};

/** The fleet's limit is the shop as one process, measured beside it: what is missing to 1 × is what the hops cost on this machine. */
function beside<Name extends FlowName>({ flow, data, isObserved = false, ...row }: Plan<Name>): Row {
  return httpRow({
    ...row,
    limit: "the shop as one process",
    flow,
    data: ({ goods }) => data(goods),
    ...(isObserved ? { observe } : {}),
    measureLimit: async (bench, load) => {
      const { stage, goods } = await bench.oneProcess();
      return measureBeside(bench, stage, { flow, data: data(goods), load });
    },
    bars: () => [],
  });
}

export const fleetRows: readonly Row[] = [
  beside({
    name: "detail",
    what: "product detail, from memory",
    unit: "requests/s",
    flow: "read",
    data: ({ details }) => ({ paths: details }),
  }),
  beside({
    name: "list",
    what: "list of 20 products, from memory",
    unit: "requests/s",
    flow: "read",
    data: ({ lists }) => ({ paths: lists }),
  }),
  beside({
    name: "add-to-cart",
    what: "POST /cart/lines, a guest on each connection",
    unit: "requests/s",
    flow: "add-to-cart",
    data: ({ skus }) => ({ skus }),
  }),
  beside({
    name: "purchase",
    what: "guest, cart of two, quote with delivery, card token, POST /checkout, confirmed",
    unit: "orders/s",
    flow: "purchase",
    data: ({ skus }) => ({ skus }),
    isObserved: true,
  }),
  ...processRows.map((row) => ({ ...row, bars: () => [] })),
];
