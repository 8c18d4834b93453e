import { askDatabase } from "../chaos/ask-database.ts";
import { topology } from "../topology.ts";
import type { StockTask } from "./inside/stock.ts";
import { commitsOfFlow } from "./limits/flow-statements.ts";
import type { Measured } from "./load/drive.ts";
import type { Task, Work } from "./load/generator.ts";
import { openBenchShop, type BenchShop } from "./open-shop.ts";
import { BenchProcess } from "./processes.ts";
import { bucketsOf, median, quantileBetween, type Row } from "./result.ts";

const CONNECTIONS = [1, 16, 64];
const MOST = 64;
const PREPARED = 1_500;
/** How much of the peak an open loop asks for. */
const CALM = 0.6;

type Options = { readonly rounds: number; readonly phaseMs: number };
type Probe = { readonly url: string; readonly work: Work };
type Pair = { readonly ours: Probe; readonly limit?: Probe };

/** The shops, the limits and the generator of one run. */
export class Bench {
  readonly shop: BenchShop;
  /** Forgets everything at once. */
  readonly #forgetful: BenchShop;
  /** A shop whose process stands still: the limits have its PostgreSQL for themselves. */
  readonly #halted: BenchShop;
  /** As the first, but nothing is traced. */
  readonly #untraced: BenchShop;
  readonly #generator = new BenchProcess("load/generator.ts");
  readonly #bare = new BenchProcess("limits/bare-fastify.ts");
  readonly #stock = new BenchProcess("inside/stock.ts");
  readonly #options: Options;

  private constructor(options: Options, [shop, forgetful, halted, untraced]: readonly BenchShop[]) {
    this.#options = options;
    this.shop = shop!;
    this.#forgetful = forgetful!;
    this.#halted = halted!;
    this.#untraced = untraced!;
  }

  static async open(options: Options): Promise<Bench> {
    tell("Four shops are filled.");
    const shop = await openBenchShop();
    const forgetful = await openBenchShop({ CATALOG_PRODUCT_TTL_SECONDS: "0", CATALOG_LISTING_TTL_SECONDS: "0" });
    const halted = await openBenchShop();
    halted.halt();
    const untraced = await openBenchShop({ OTEL_SDK_DISABLED: "true" });
    return new Bench(options, [shop, forgetful, halted, untraced]);
  }

  async close(): Promise<void> {
    for (const child of [this.#generator, this.#bare, this.#stock]) child.end();
    await Promise.all([this.shop, this.#forgetful, this.#halted, this.#untraced].map((shop) => shop.stop()));
  }

  async measure(): Promise<Row[]> {
    const idleMb = await this.shop.residentMb();
    const reading = await this.#reading();
    const buying = await this.#buying();
    const stock = await this.#stockRows();
    const { first, second } = this.shop.startMs;
    return [
      ...reading,
      ...buying,
      ...stock,
      row("first start", "install to first request, with the import of 2,979 products", "ms", first),
      row("start", "of a filled shop, to the first request", "ms", second),
      row("memory, idle", "resident, without PostgreSQL", "MB", idleMb),
      {
        ...row("memory, after the load", "resident, without PostgreSQL", "MB", await this.shop.residentMb()),
        bar: { kind: "atMost", value: 250 },
      },
    ];
  }

  async #reading(): Promise<Row[]> {
    const api = "/api/v1";
    const detail = this.shop.productIds.slice(0, 100).map((id) => `${api}/products/${id}`);
    const list = [`${api}/products?limit=20`];
    const others = this.#forgetful.productIds.map((id) => `${api}/products/${id}`);
    const lists = Array.from({ length: 64 }, (_, index) => `${api}/products?limit=20&sort=${SORTS[index % 4]}`);
    const bareUrl = await this.#startBare([list[0]!, `${detail[0]!}`]);
    const cached = async (name: string, paths: readonly string[]) => ({
      ...(await this.#pair(name, "answered from memory", {
        ours: { url: this.shop.url, work: { kind: "get", paths } },
        limit: { url: bareUrl, work: { kind: "get", paths } },
      })),
      limitWhat: "bare Fastify, same bytes",
      bar: { kind: "atLeastRatio", value: 0.8 } as const,
    });
    const uncached = async (name: string, paths: readonly string[]) => ({
      ...(await this.#pair(name, "as a guest of a shop that keeps nothing in memory", {
        ours: { url: this.#forgetful.url, work: { kind: "get", paths, isKnown: true } },
      })),
      bar: { kind: "atLeast", value: 3_000 } as const,
    });
    return [
      named(await cached("product, cached", detail)),
      named(await cached("list of 20, cached", list)),
      named(await uncached("product, uncached", others)),
      named(await uncached("list of 20, uncached", lists)),
    ];
  }

  async #startBare(paths: readonly string[]): Promise<string> {
    const pages = await Promise.all(
      paths.map(async (path, index) => {
        const answer = await fetch(this.shop.url + path);
        const told = [...answer.headers].filter(([name]) => !MADE_BY_NODE.has(name));
        const route = index === 0 ? path : path.replace(/[^/]+$/, ":productId");
        return { path: route, headers: Object.fromEntries(told), body: await answer.text() };
      }),
    );
    return (await this.#bare.ask<{ url: string }>(pages)).url;
  }

  async #buying(): Promise<Row[]> {
    const { skus, url } = this.shop;
    const adding = await this.#pair("add to cart", "PUT /cart/lines/:sku", {
      ours: { url, work: { kind: "add to cart", skus } },
    });
    const connections = Object.fromEntries(
      topology.map((one) => [one.name.replaceAll("-", "_"), one.databaseConnections]),
    );
    const databases = Object.keys(connections);
    const databaseUrls = Object.fromEntries(databases.map((name) => [name, this.#halted.databaseUrl(name)]));
    const before = await this.#writes();
    const metricsBefore = await this.shop.metrics();
    const flow = await this.#pair("checkout flow", "guest, 2 × add, quote, card, pay, confirmed", {
      ours: { url, work: { kind: "checkout flow", skus } },
      limit: {
        url: "",
        work: { kind: "statements of the flow", skus: this.#halted.skus, databaseUrls, connections },
      },
    });
    await this.shop.settled();
    const after = await this.#writes();
    const metrics = await this.shop.metrics();
    const delays = [metricsBefore, metrics].map((text) => bucketsOf(text, "tradepost_event_delay_seconds"));
    const loopMs = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)?.[1]) * 1_000;
    const traced = await this.#pair("checkout flow, traced", "10 traces a second are kept, nothing is exported", {
      ours: { url, work: { kind: "checkout flow", skus } },
      limit: { url: this.#untraced.url, work: { kind: "checkout flow", skus: this.#untraced.skus } },
    });
    const hot = await this.#pair("checkout flow, one SKU", "everybody buys the same goods", {
      ours: { url, work: { kind: "checkout flow", skus: skus.slice(0, 1) } },
      limit: { url, work: { kind: "checkout flow", skus } },
    });
    const alone: number[] = [];
    const aloneMs: number[] = [];
    for (let round = 0; round < this.#options.rounds; round++) {
      const work = { kind: "checkout alone", skus, prepared: PREPARED } as const;
      const measured = await this.#drive({ url, work }, MOST);
      alone.push(measured.perSecond);
      aloneMs.push(measured.latencyMs["checkout"]!.p99);
      await this.shop.settled();
    }
    const total = (after.transactions - before.transactions) / (after.orders - before.orders);
    const { beforeAnswer } = commitsOfFlow();
    return [
      { ...named(adding), bar: { kind: "atLeast", value: 3_000 } },
      named({ ...flow, limitWhat: "its SQL alone", bar: { kind: "atLeastRatio", value: 0.4 } }),
      {
        ...row("slowest request of a flow", "p99 of POST /checkout, closed loop", "ms", median(flow.checkoutP99Ms)),
        bar: { kind: "atMost", value: 150 },
      },
      {
        ...row("commits of a flow", "until the shopper has her answer", "commits", beforeAnswer),
        bar: { kind: "atMost", value: 12 },
      },
      row("transactions of a flow", "that write, with all that follows and the bus", "commits", total),
      {
        ...row(
          "publish → hear",
          "p99 of all events of the flows, from the start of the step that publishes",
          "ms",
          quantileBetween(delays[0]!, delays[1]!, 0.99) * 1_000,
        ),
        bar: { kind: "atMost", value: 100 },
      },
      row("event loop delay", "p99 since the start of the shop", "ms", loopMs),
      named({ ...traced, limitWhat: "without traces", bar: { kind: "atLeastRatio", value: 0.95 } }),
      named({ ...hot, limitWhat: "spread over 400 SKUs", bar: { kind: "atLeastRatio", value: 0.8 } }),
      {
        ...row("POST /checkout alone", "of prepared carts, 64 connections", "per second", median(alone)),
        p99Ms: median(aloneMs),
        bar: { kind: "atLeast", value: 500 },
      },
    ];
  }

  /** Transactions that wrote, of the whole server, and orders. */
  async #writes(): Promise<{ readonly transactions: number; readonly orders: number }> {
    const [xid] = await askDatabase<{ now: number }>(
      this.shop.databaseUrl("bus"),
      "select pg_current_xact_id()::text::bigint as now",
    );
    const [count] = await askDatabase<{ orders: number }>(
      this.shop.databaseUrl("orders"),
      "select count(*) as orders from orders",
    );
    return { transactions: xid!.now, orders: count!.orders };
  }

  async #stockRows(): Promise<Row[]> {
    const reserve = async (skus: readonly string[], quantity: number) => {
      const task: StockTask = {
        databaseUrl: this.#halted.databaseUrl("inventory"),
        busUrl: this.#halted.databaseUrl("bus"),
        poolSize: topology.find(({ name }) => name === "inventory")!.databaseConnections,
        skus,
        quantity,
        callers: 200,
        warmUpMs: 1_000,
        durationMs: this.#options.phaseMs,
      };
      return (await this.#stock.ask<{ perSecond: number }>(task)).perSecond;
    };
    const { skus } = this.#halted;
    const [hot, spread, soldOut]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < this.#options.rounds; round++) {
      tell(`reserve, round ${round + 1}`);
      hot.push(await reserve(skus.slice(0, 1), 1));
      spread.push(await reserve(skus, 1));
      soldOut.push(await reserve(skus.slice(1, 2), 9_000));
    }
    return [
      {
        ...row("reserve, one SKU", "in process, 200 callers", "per second", median(hot)),
        bar: { kind: "atLeast", value: 5_000 },
      },
      row("reserve, 400 SKUs", "in process, 200 callers", "per second", median(spread)),
      {
        ...row("sold out", "the refusal, in process, 200 callers", "per second", median(soldOut)),
        bar: { kind: "atLeast", value: 10_000 },
      },
    ];
  }

  /** Rounds of both, one after the other, with few and many connections; then at a calm pace. */
  async #pair(name: string, what: string, { ours, limit }: Pair): Promise<Paired> {
    const measured: Record<string, number[]> = {};
    const limits: Record<string, number[]> = {};
    const checkoutP99Ms: number[] = [];
    const calmP99Ms: number[] = [];
    for (let round = 0; round < this.#options.rounds; round++) {
      for (const connections of CONNECTIONS) {
        tell(`${name}, round ${round + 1}, ${connections} connections`);
        const found = await this.#drive(ours, connections);
        (measured[connections] ??= []).push(found.perSecond);
        if (connections === MOST && found.latencyMs["checkout"] !== undefined)
          checkoutP99Ms.push(found.latencyMs["checkout"].p99);
        if (limit !== undefined) (limits[connections] ??= []).push((await this.#drive(limit, connections)).perSecond);
      }
      const ratePerSecond = measured[MOST]!.at(-1)! * CALM;
      const calm = await this.#drive(ours, MOST, ratePerSecond);
      calmP99Ms.push(Math.max(...Object.values(calm.latencyMs).map(({ p99 }) => p99)));
    }
    return {
      name,
      what,
      unit: "per second",
      measured: medians(measured),
      limits: limit === undefined ? undefined : medians(limits),
      p99Ms: median(calmP99Ms),
      checkoutP99Ms,
    };
  }

  async #drive({ url, work }: Probe, connections: number, ratePerSecond?: number): Promise<Measured> {
    const pace = ratePerSecond === undefined ? {} : { ratePerSecond };
    const task: Task = { url, work, connections, warmUpMs: 1_000, durationMs: this.#options.phaseMs, ...pace };
    return (await this.#generator.ask<{ measured: Measured }>(task)).measured;
  }
}

type Paired = {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly measured: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>> | undefined;
  readonly p99Ms: number;
  readonly checkoutP99Ms: readonly number[];
};

const SORTS = ["newest", "name", "price-asc", "price-desc"];
const MADE_BY_NODE = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding"]);

function named(paired: Paired & { readonly limitWhat?: string; readonly bar?: Row["bar"] }): Row {
  const { name, what, unit, measured, limits, limitWhat, p99Ms, bar } = paired;
  const limit = limits === undefined ? {} : { limit: { what: limitWhat!, measured: limits } };
  return { name, what, unit, measured, ...limit, p99Ms, ...(bar === undefined ? {} : { bar }) };
}

function row(name: string, what: string, unit: string, value: number): Row {
  return { name, what, unit, measured: { "": value } };
}

function medians(rounds: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(rounds).map(([connections, values]) => [connections, median(values)]));
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
