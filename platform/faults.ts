import type { Operation } from "#kernel/contract";
import type { Message } from "./bus.ts";
import type { Settings } from "./config.ts";
import type { CallContext } from "./ctx.ts";
import { disturb, type Target } from "./faults/disturb.ts";
import { LostReply } from "./faults/lost-reply.ts";
import { checkOrder, type FaultOrder } from "./faults/order.ts";
import { seededNumbers, shuffled } from "./faults/seeded.ts";
import { processSettings } from "./process-settings.ts";
import { StartupProblem } from "./startup-problem.ts";

export type { FaultOrder };

/** A fault as it is set. `struck`: how often so far; `isSpent`: it struck as often as it was to. */
export type SetFault = FaultOrder & { readonly id: string; readonly struck: number; readonly isSpent: boolean };

/** What passed the switchboard and could have been struck. */
export type Seen = {
  readonly service: string;
  readonly operation?: string;
  readonly caller?: string;
  readonly event?: string;
  readonly count: number;
};

type Subject = [key: string, messages: readonly Message[]];

/** Lets things go wrong on purpose in this process. Several faults on one thing all strike, the one set first outermost. */
export type Faults = {
  /** Answers the fault's id. Refuses INVALID_INPUT. */
  set(order: FaultOrder): string;
  list(): readonly SetFault[];
  /** What passed since the last `clear`. */
  seen(): readonly Seen[];
  /** Takes one away; what waits for it goes on. False when there is no such fault. */
  remove(id: string): boolean;
  /** Takes all away and forgets what was seen. */
  clear(): void;
  /** Resolves when nothing that was struck is still under way. */
  settled(): Promise<void>;
  /** Runs an operation at the service that owns it. */
  call(operation: Operation, call: CallContext, act: () => Promise<unknown>): Promise<unknown>;
  /** Runs a listener's handler. */
  hear(service: string, type: string, act: () => Promise<void>): Promise<void>;
  /** Which subjects of a batch are handled now, in what order, and which come later. */
  reorder(
    service: string,
    subjects: readonly Subject[],
  ): { readonly now: readonly Subject[]; readonly later: readonly Subject[] };
  /** Claims that a relay is to append these messages a second time. */
  appendsTwice(service: string, messages: readonly Message[]): boolean;
  /** How far the service's clock is ahead. */
  clockOffsetMs(service: string): number;
};

/** A switchboard with nothing set. */
export function createFaults(): Faults {
  return new Switchboard();
}

/** The switchboard of a process that wants one (FAULTS=on). Refuses to start one in production mode. */
export function faultsFrom(settings: Settings): Faults | undefined {
  if (settings.get(processSettings.faults) === "off") return undefined;
  if (settings.get(processSettings.nodeEnv) === "production")
    throw new StartupProblem(
      "FAULTS=on breaks things on purpose and is refused with NODE_ENV=production; set FAULTS=off.",
    );
  return createFaults();
}

type Live = {
  readonly id: string;
  readonly order: FaultOrder;
  readonly draw: () => number;
  readonly removal: AbortController;
  struck: number;
};

class Switchboard implements Faults {
  readonly #live = new Map<string, Live>();
  readonly #seen = new Map<string, Seen>();
  readonly #underWay = new Set<Promise<unknown>>();
  #lastId = 0;

  set(told: FaultOrder): string {
    const order = checkOrder(told);
    const id = `fault-${++this.#lastId}`;
    const draw = seededNumbers(order.seed ?? 1);
    this.#live.set(id, { id, order, draw, removal: new AbortController(), struck: 0 });
    return id;
  }

  list(): readonly SetFault[] {
    return [...this.#live.values()].map((live) => ({
      ...live.order,
      id: live.id,
      struck: live.struck,
      isSpent: isSpent(live),
    }));
  }

  seen(): readonly Seen[] {
    return [...this.#seen.values()];
  }

  remove(id: string): boolean {
    this.#live.get(id)?.removal.abort();
    return this.#live.delete(id);
  }

  clear(): void {
    for (const id of this.#live.keys()) this.remove(id);
    this.#seen.clear();
  }

  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  call(operation: Operation, { caller, deadlineAtMs }: CallContext, act: () => Promise<unknown>): Promise<unknown> {
    const { service, name } = operation;
    this.#see({ service, operation: name, caller });
    const isStream = operation.body === "stream";
    const struck = this.#striking(({ order }) => {
      const isMeant = matches(order.service, service) && matches(order.operation, name);
      return isMeant && matches(order.caller ?? "*", caller) && !(isStream && order.kind === "twice");
    });
    const lost = (cause: unknown) => new LostReply(operation, { cause });
    return this.#disturbed(struck, { service, name: `${service}.${name}`, deadlineAtMs, lost }, act);
  }

  hear(service: string, type: string, act: () => Promise<void>): Promise<void> {
    this.#see({ service, event: type });
    const struck = this.#striking(({ order }) => {
      const isHandling = order.kind !== "reorder" && order.kind !== "append_twice";
      return isHandling && matches(order.service, service) && matches(order.event, type);
    });
    const name = `${service}, hearing ${type},`;
    const lost = (cause: unknown) => new Error(`${name} counts as failed (a fault set on purpose)`, { cause });
    return this.#disturbed(struck, { service, name, deadlineAtMs: Infinity, lost }, act);
  }

  reorder(service: string, subjects: readonly Subject[]) {
    const later: Subject[] = [];
    let now = [...subjects];
    for (const live of this.#live.values()) {
      const { order, draw } = live;
      if (order.kind !== "reorder" || !matches(order.service, service)) continue;
      const isHeldBack = ([, messages]: Subject) =>
        messages.some(({ type }) => matches(order.event, type)) && strikes(live, order.probability ?? 0.5);
      const held = new Set(now.filter(isHeldBack));
      later.push(...held);
      now = shuffled(
        now.filter((subject) => !held.has(subject)),
        draw,
      );
    }
    return { now, later };
  }

  appendsTwice(service: string, messages: readonly Message[]): boolean {
    const struck = this.#striking(({ order }) => {
      const isMeant = order.kind === "append_twice" && matches(order.service, service);
      return isMeant && messages.some(({ type }) => matches(order.event, type));
    });
    return struck.length > 0;
  }

  clockOffsetMs(service: string): number {
    let offsetMs = 0;
    for (const { order } of this.#live.values())
      if (order.kind === "clock" && matches(order.service ?? "*", service)) offsetMs += order.ms!;
    return offsetMs;
  }

  #striking(isMeant: (live: Live) => boolean): readonly Live[] {
    return [...this.#live.values()].filter((live) => isMeant(live) && strikes(live, live.order.probability));
  }

  #disturbed<Answer>(struck: readonly Live[], target: Target, act: () => Promise<Answer>): Promise<Answer> {
    if (struck.length === 0) return act();
    const outermost = struck.reduceRight(
      (inner, { order, removal }) =>
        () =>
          disturb(order, removal.signal, target, inner),
      act,
    );
    const work = outermost();
    this.#underWay.add(work);
    const end = () => void this.#underWay.delete(work);
    void work.then(end, end);
    return work;
  }

  #see(what: Omit<Seen, "count">): void {
    const key = Object.values(what).join(" ");
    this.#seen.set(key, { ...what, count: (this.#seen.get(key)?.count ?? 0) + 1 });
  }
}

/** An order without the part (undefined) is about something else. */
function matches(wanted: string | undefined, name: string): boolean {
  return wanted === "*" || wanted === name;
}

function isSpent({ order, struck }: Live): boolean {
  return order.times !== undefined && struck >= order.times;
}

/** Counts a strike, unless it has none left or chance is against it. */
function strikes(live: Live, probability: number | undefined): boolean {
  if (isSpent(live) || (probability !== undefined && live.draw() >= probability)) return false;
  live.struck += 1;
  return true;
}
