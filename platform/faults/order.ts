import Type, { type Static } from "typebox";
import { eventType } from "#kernel/event";
import { refuse } from "#kernel/refusal";
import { inputCheck } from "../check-input.ts";
import type { AnyService } from "../service.ts";

/** Where each kind strikes, and whether it takes `ms`. */
const KINDS = {
  latency: { places: ["operation", "event"], takesMs: true },
  error: { places: ["operation", "event"], takesMs: false },
  unavailable: { places: ["operation"], takesMs: false },
  drop_before: { places: ["operation"], takesMs: false },
  drop_after: { places: ["operation", "event"], takesMs: false },
  twice: { places: ["operation"], takesMs: false },
  stuck: { places: ["operation"], takesMs: false },
  duplicate: { places: ["event"], takesMs: false },
  reorder: { places: ["event"], takesMs: false },
  append_twice: { places: ["event"], takesMs: false },
  clock: { places: [], takesMs: true },
} as const satisfies Record<string, { places: readonly Place[]; takesMs: boolean }>;
type Place = "operation" | "event";
type FaultKind = keyof typeof KINDS;

const LONGEST_MS = 86_400_000;
const Name = Type.String({ minLength: 1, maxLength: 128 });
const Order = Type.Object({
  kind: Type.Union((Object.keys(KINDS) as FaultKind[]).map((kind) => Type.Literal(kind))),
  /** Whose operation, who listens (append_twice: who publishes), whose clock; "*" is every one. */
  service: Type.Optional(Name),
  operation: Type.Optional(Name),
  /** Its type: `orders.OrderConfirmed.v1`. */
  event: Type.Optional(Name),
  /** Strikes only calls by this service. */
  caller: Type.Optional(Name),
  ms: Type.Optional(Type.Integer({ minimum: -LONGEST_MS, maximum: LONGEST_MS })),
  /** How often it strikes; for ever unless told. */
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** How likely it strikes: 1 unless told (reorder: 0.5). */
  probability: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  /** Of the chances; the same seed, the same strikes. 1 unless told. */
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
});

/** A fault that somebody wants. */
export type FaultOrder = Readonly<Omit<Static<typeof Order>, "kind">> & { readonly kind: FaultKind };

const shape = inputCheck({
  method: "POST",
  path: "/faults",
  summary: "",
  access: "service",
  input: Order,
  output: Type.Unknown(),
});

/** What was told, as an order. Refuses INVALID_INPUT with every field that is wrong, also those that do not go with its kind. */
export function checkOrder(told: unknown): FaultOrder {
  const order = shape.check(told, "strict") as FaultOrder;
  refuseIfAny([...misplaced(order), ...misnumbered(order)]);
  return order;
}

/** Refuses INVALID_INPUT when an order names something that these services don't have, and so could never strike. */
export function checkNames(order: FaultOrder, services: readonly AnyService[]): void {
  const { service = "*", kind } = order;
  const meant = services.filter((one) => service === "*" || one.name === service);
  if (meant.length === 0) refuseIfAny([{ field: "service", message: "does not run in this process" }]);
  const hasOperation = meant.some((one) => Object.hasOwn(one.contract, order.operation ?? ""));
  const types = meant.flatMap((one) =>
    kind === "append_twice" ? (one.publishes ?? []) : (one.hears ?? []).map((hearing) => hearing.kind),
  );
  const hasEvent = types.some((one) => eventType(one) === order.event);
  const relation = kind === "append_twice" ? "is not published" : "is not heard";
  refuseIfAny([
    ...wrongWhen(isNamed(order.operation) && !hasOperation, "operation", `${service} has no such operation`),
    ...wrongWhen(isNamed(order.event) && !hasEvent, "event", `${relation} by ${service}`),
  ]);
}

type Wrong = { readonly field: string; readonly message: string };

function wrongWhen(isWrong: boolean, field: string, message: string): readonly Wrong[] {
  return isWrong ? [{ field, message }] : [];
}

function refuseIfAny(errors: readonly Wrong[]): void {
  if (errors.length > 0) throw refuse.INVALID_INPUT({ errors: [...errors] });
}

function isNamed(name: string | undefined): boolean {
  return name !== undefined && name !== "*";
}

function misplaced(order: FaultOrder): readonly Wrong[] {
  const { kind, operation, event, caller } = order;
  const places: readonly Place[] = KINDS[kind].places;
  const given = places.filter((place) => order[place] !== undefined);
  const wanted = places.length === 2 ? "or `event` is required, not both" : `is required; "*" is every one`;
  const misfit = `does not go with ${kind}`;
  return [
    ...wrongWhen(order.service === undefined && kind !== "clock", "service", `is required; "*" is every one`),
    ...wrongWhen(operation !== undefined && !places.includes("operation"), "operation", misfit),
    ...wrongWhen(event !== undefined && !places.includes("event"), "event", misfit),
    ...wrongWhen(places.length > 0 && given.length !== 1, places[0]!, wanted),
    ...wrongWhen(caller !== undefined && operation === undefined, "caller", "goes with `operation` only"),
  ];
}

function misnumbered({ kind, ms, times, probability, seed }: FaultOrder): readonly Wrong[] {
  const { takesMs } = KINDS[kind];
  const isClock = kind === "clock";
  const hasChances = probability !== undefined || kind === "reorder";
  return [
    ...wrongWhen(takesMs && ms === undefined, "ms", "is required"),
    ...wrongWhen(!takesMs && ms !== undefined, "ms", `does not go with ${kind}`),
    ...wrongWhen(kind === "latency" && (ms ?? 0) < 0, "ms", "must be >= 0"),
    ...wrongWhen(isClock && times !== undefined, "times", "does not go with clock"),
    ...wrongWhen(isClock && probability !== undefined, "probability", "does not go with clock"),
    ...wrongWhen(seed !== undefined && !hasChances, "seed", "goes with `probability` only"),
  ];
}
