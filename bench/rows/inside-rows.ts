import type { Row } from "../bench.ts";
import type { Bar, Sample } from "../sample.ts";

const target =
  (what: string, unit: string, bar: number) =>
  ({ value }: Sample): Bar[] => [{ what, unit, kind: "at least", bar, measured: value!, isDeciding: false }];

/** How many events are replayed per second of a measurement. */
const REPLAYED = 10_000;

export const insideRows: readonly Row[] = [
  {
    name: "reserve-hot",
    what: "reserve of one SKU, 256 callers, in process",
    unit: "reservations/s",
    limit: "the same spread over 1,000 SKUs",
    measure: async ({ inside, seconds }) => {
      const hot = await inside({ asks: "reserve", shelf: "hot", seconds });
      const spread = await inside({ asks: "reserve", shelf: "spread", seconds });
      return { ...hot, limit: spread["value"]!, spreadP99: spread["p99"]!, ratio: hot["value"]! / spread["value"]! };
    },
    bars: target("reserve of one SKU", "reservations/s", 5_000),
  },
  {
    name: "sold-out",
    what: "reserve of goods that are gone, 256 callers, in process",
    unit: "answers/s",
    measure: ({ inside, seconds }) => inside({ asks: "reserve", shelf: "sold-out", seconds }),
    bars: target("sold-out answers", "answers/s", 10_000),
  },
  {
    name: "replay",
    what: "a listener hears all events of the bus again",
    unit: "events/s",
    measure: ({ inside, seconds }) => inside({ asks: "replay", events: REPLAYED * seconds }),
    bars: target("replay", "events/s", 20_000),
  },
  {
    name: "import",
    what: "the demo goods come in as new products",
    unit: "products/s",
    measure: ({ inside }) => inside({ asks: "import" }),
    bars: () => [],
  },
];
