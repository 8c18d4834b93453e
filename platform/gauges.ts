import type { Ctx } from "./ctx.ts";

/** A number that operators watch, read from the service's own database when it is asked for: bound what it reads. */
export type Gauge = {
  /** `tradepost_orders_under_way`; a unit, where there is one, is the last word. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  read(ctx: Ctx): Promise<readonly GaugeSample[]>;
};

/** A value with the values of its gauge's labels, in their order. */
export type GaugeSample = { readonly labels: readonly string[]; readonly value: number };

/** Declares a gauge; it is served at /metrics and stands in docs/metrics.md. */
export function defineGauge(gauge: Gauge): Gauge {
  return gauge;
}

/** Things of a service that are on their way through several services, for the operators' desk. */
export type Saga = {
  /** What they are: `Orders`. */
  readonly title: string;
  /** The longest waiting first, at most `limit`. */
  list(ctx: Ctx, limit: number): Promise<readonly SagaRow[]>;
};

export type SagaRow = {
  /** What people call it. */
  readonly name: string;
  readonly state: string;
  readonly since: Date;
  /** When somebody goes on with it; undefined: somebody is on it now. */
  readonly nextAt: Date | undefined;
  readonly attempts: number;
  /** Of the trace that it began in, where that is kept. */
  readonly traceId: string | undefined;
};

export function defineSaga(saga: Saga): Saga {
  return saga;
}
