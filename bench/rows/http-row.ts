import { loadOf, type Bench, type Row } from "../bench.ts";
import type { Load, Measured } from "../load/drive.ts";
import type { FlowData, FlowName } from "../load/flows.ts";
import { settle } from "../observe.ts";
import type { Sample } from "../sample.ts";
import type { Stage } from "../stage.ts";

type Plan<Name extends FlowName> = Omit<Row, "measure"> & {
  readonly flow: Name;
  /** How many connections, one after the other, if not as many as of the others. */
  readonly connections?: readonly number[];
  /** Where, if not at the shop. */
  readonly url?: (bench: Bench) => Promise<string>;
  readonly data: (bench: Bench, load: Load) => FlowData[Name] | Promise<FlowData[Name]>;
  /** Runs the same load against the limit. */
  readonly measureLimit?: (bench: Bench, load: Load) => Promise<Measured>;
  /** Around the load at 64 connections: what else is to be looked at. */
  readonly observe?: (bench: Bench, work: () => Promise<Measured>) => Promise<{ measured: Measured; more: Sample }>;
};

const SHARE_OF_PEAK = 0.6;

/** A row of requests: each number of connections in closed loop, the limit after each, then an open loop at 60 % of the peak. */
export function httpRow<Name extends FlowName>(plan: Plan<Name>): Row {
  const { flow, connections: told, url, data, measureLimit, observe, ...row } = plan;
  return {
    ...row,
    measure: async (bench) => {
      const target = (await url?.(bench)) ?? bench.stage.url;
      const run = async (load: Load) => bench.generator.run({ flow, url: target, data: await data(bench, load), load });
      const sample: Record<string, number> = {};
      const counts = told ?? bench.connections;
      for (const connections of counts) {
        const load = loadOf(bench, connections);
        const isLast = connections === counts.at(-1);
        const work = () => run(load);
        const { measured, more } =
          isLast && observe !== undefined ? await observe(bench, work) : { measured: await work(), more: {} };
        Object.assign(sample, more, numbersOf(measured, connections, isLast));
        if (measureLimit === undefined) continue;
        const limit = await measureLimit(bench, load);
        sample[`limitAt${connections}`] = limit.perSecond;
        if (isLast) Object.assign(sample, settledRatio(sample, limit));
      }
      const peak = peakOf(sample, "at", counts);
      const ratePerSecond = SHARE_OF_PEAK * peak;
      const open = await run({ ...loadOf(bench, counts.at(-1)!), ratePerSecond });
      const limits = measureLimit === undefined ? {} : { ratio: peak / peakOf(sample, "limitAt", counts) };
      return {
        ...sample,
        ...limits,
        peak,
        openRate: open.perSecond,
        openP50: open.roundMs.p50,
        openP99: open.roundMs.p99,
      };
    },
  };
}

/** Reads, and the same from bare Fastify after each. */
export function besideBare(plan: Omit<Plan<"read">, "flow" | "limit" | "url" | "measureLimit">): Row {
  return httpRow({
    ...plan,
    flow: "read",
    limit: "bare Fastify, the same bytes and headers",
    measureLimit: async (bench, load) =>
      bench.generator.run({ flow: "read", url: await bench.bareUrl(), data: await plan.data(bench, load), load }),
  });
}

/** Runs the same load against another shop, while neither has anything left to do from before. */
export async function measureBeside<Name extends FlowName>(
  { stage, generator }: Bench,
  other: Stage,
  asked: { readonly flow: Name; readonly data: FlowData[Name]; readonly load: Load },
): Promise<Measured> {
  await settle(stage);
  const measured = await generator.run({ ...asked, url: other.url });
  await settle(other);
  return measured;
}

/** By the time until everything was done that the rounds left to do: what a load can go on for ever. */
function settledRatio({ settledPerSecond }: Sample, limit: Measured): Sample {
  if (settledPerSecond === undefined || limit.settledPerSecond === undefined) return {};
  const ratioSettled = settledPerSecond / limit.settledPerSecond;
  return { ratioSettled, limitSettledPerSecond: limit.settledPerSecond };
}

function numbersOf({ perSecond, roundMs, latencyMs }: Measured, connections: number, isLast: boolean): Sample {
  const seen = isLast ? Object.entries(latencyMs).filter(([, { max }]) => max > 0) : [];
  const kinds = seen.map(([kind, { p99 }]) => [`p99 of ${kind}`, p99]);
  return { [`at${connections}`]: perSecond, [`p99At${connections}`]: roundMs.p99, ...Object.fromEntries(kinds) };
}

function peakOf(sample: Sample, begin: string, counts: readonly number[]): number {
  return Math.max(...counts.map((connections) => sample[`${begin}${connections}`] ?? 0));
}

/** A request that shows a token is answered anew: what lies ready at the edge is for those without. */
export async function guestHeaders(url: string): Promise<Record<string, string>> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/v1/guest-tokens`, { method: "POST", headers, body: "{}" });
  const { token } = (await answer.json()) as { token: string };
  return { authorization: `Bearer ${token}` };
}
