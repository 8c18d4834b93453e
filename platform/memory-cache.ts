import type { Cache, Loaded } from "./cache.ts";

/** A cache with what it tells of itself. */
export type MeasuredCache = Cache & {
  stats(): CacheStats;
  /** Grows whenever something is forgotten because it changed, and never else. */
  readonly generation: number;
};

export type CacheStats = { readonly hits: number; readonly misses: number; readonly entries: number };

type Entry = {
  readonly value: unknown;
  readonly version: number | undefined;
  readonly expiresAtMs: number;
  /** When it was last put at the end of the order of use. */
  movedAtMs: number;
};

/** Moving an entry is most of what reading it costs: the order of use is right to a second. */
const MOVED_EVERY_MS = 1_000;

/** One call of a loader under way, for one key. `wasInvalidated`: whatever it brings may be old, unless its version says
 *  otherwise. `isDoomed`: whatever it brings is old. */
type Flight = {
  readonly result: Promise<ReadonlyMap<string, Loaded<unknown>>>;
  wasInvalidated: boolean;
  isDoomed: boolean;
};

/** The cache of one process: at most `maximumEntries` (50,000), the least recently used (to a second) leave first; one load at a time per
 *  key; a load loses to an invalidation that is newer than what it read. `now` is Unix milliseconds. */
export function createMemoryCache(options: { now: () => number; maximumEntries?: number }): MeasuredCache {
  return new MemoryCache(options.now, options.maximumEntries ?? 50_000);
}

class MemoryCache implements MeasuredCache {
  generation = 0;
  readonly #now: () => number;
  readonly #maximumEntries: number;
  /** In the order of use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** Keys by what stands before their first colon, so that forgetting a family does not walk all entries. */
  readonly #families = new Map<string, Set<string>>();
  readonly #flights = new Map<string, Flight>();
  /** The lowest version that may be kept, per invalidated key. */
  readonly #floors = new Map<string, number>();
  #hits = 0;
  #misses = 0;

  constructor(now: () => number, maximumEntries: number) {
    this.#now = now;
    this.#maximumEntries = maximumEntries;
  }

  async read<Value>(key: string, options: { ttlMs: number; load: () => Promise<Loaded<Value>> }): Promise<Value> {
    const entry = this.#fresh(key);
    if (entry !== undefined) return entry.value as Value;
    const load = async () => new Map([[key, await options.load()]]);
    const flight = this.#joinable(key) ?? this.#depart([key], options.ttlMs, load);
    return (await flight.result).get(key)?.value as Value;
  }

  async readMany<Value>(
    keys: readonly string[],
    options: { ttlMs: number; load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Loaded<Value>>> },
  ): Promise<(Value | undefined)[]> {
    const values: (Value | undefined)[] = Array.from({ length: keys.length });
    const waits: { readonly index: number; readonly key: string; readonly flight: Flight | undefined }[] = [];
    const missing = new Set<string>();
    for (const [index, key] of keys.entries()) {
      const entry = this.#fresh(key);
      if (entry !== undefined) values[index] = entry.value as Value | undefined;
      else {
        const flight = missing.has(key) ? undefined : this.#joinable(key);
        if (flight === undefined) missing.add(key);
        waits.push({ index, key, flight });
      }
    }
    const own = missing.size === 0 ? undefined : this.#depart([...missing], options.ttlMs, options.load);
    // Together, so that no rejection of one is left without a listener while another is awaited.
    const arrived = await Promise.all(waits.map((wait) => (wait.flight ?? own)!.result));
    for (const [at, { index, key }] of waits.entries())
      values[index] = arrived[at]!.get(key)?.value as Value | undefined;
    return values;
  }

  invalidate(key: string, version?: number): void {
    this.generation++;
    const flight = this.#flights.get(key);
    if (flight !== undefined) {
      flight.wasInvalidated = true;
      flight.isDoomed ||= version === undefined;
    }
    if (version === undefined) {
      this.#floors.delete(key);
      this.#forget(key);
      return;
    }
    this.#raiseFloor(key, version);
    const held = this.#entries.get(key);
    if (held !== undefined && (held.version === undefined || held.version < version)) this.#forget(key);
  }

  invalidateAll(prefix: string): void {
    this.generation++;
    for (const [key, flight] of this.#flights)
      if (key.startsWith(prefix)) flight.wasInvalidated = flight.isDoomed = true;
    for (const [family, keys] of this.#families) {
      if (!family.startsWith(prefix) && !prefix.startsWith(family)) continue;
      for (const key of keys) if (key.startsWith(prefix)) this.#forget(key);
    }
  }

  stats(): CacheStats {
    return { hits: this.#hits, misses: this.#misses, entries: this.#entries.size };
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    const nowMs = this.#now();
    if (entry === undefined || entry.expiresAtMs <= nowMs) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    if (nowMs - entry.movedAtMs >= MOVED_EVERY_MS) {
      entry.movedAtMs = nowMs;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** The load under way, unless it may have read what an invalidation has since declared old. */
  #joinable(key: string): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight === undefined || flight.wasInvalidated ? undefined : flight;
  }

  /** Starts one load for `keys`. Each key has a flight of its own over the same result: invalidations are per key. */
  #depart<Value>(
    keys: readonly string[],
    ttlMs: number,
    load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Loaded<Value>>>,
  ): Flight {
    const result = load(keys);
    const flights = keys.map((key) => ({ key, flight: { result, wasInvalidated: false, isDoomed: false } as Flight }));
    for (const { key, flight } of flights) {
      const overtaken = this.#flights.get(key);
      if (overtaken !== undefined) overtaken.isDoomed = true; // later invalidations would not reach it
      this.#flights.set(key, flight);
    }
    const arrive = (loaded: ReadonlyMap<string, Loaded<unknown>> | undefined) => {
      for (const { key, flight } of flights) {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        if (loaded !== undefined) this.#keep(key, flight, loaded.get(key) ?? { value: undefined }, ttlMs);
      }
    };
    result.then(arrive, () => arrive(undefined));
    return flights[0]!.flight;
  }

  #keep(key: string, flight: Flight, loaded: Loaded<unknown>, ttlMs: number): void {
    const { value, version } = loaded;
    if (ttlMs <= 0) return; // would never be served
    if (flight.isDoomed || (version === undefined && flight.wasInvalidated)) return;
    if (
      version !== undefined &&
      version < Math.max(this.#floors.get(key) ?? version, this.#entries.get(key)?.version ?? version)
    )
      return;
    this.#forget(key);
    const nowMs = this.#now();
    this.#entries.set(key, { value, version, expiresAtMs: nowMs + ttlMs, movedAtMs: nowMs });
    const family = familyOf(key);
    const keys = this.#families.get(family);
    if (keys === undefined) this.#families.set(family, new Set([key]));
    else keys.add(key);
    if (this.#entries.size > this.#maximumEntries) this.#forget(this.#entries.keys().next().value!);
  }

  #forget(key: string): void {
    if (!this.#entries.delete(key)) return;
    const family = familyOf(key);
    const keys = this.#families.get(family);
    keys?.delete(key);
    if (keys?.size === 0) this.#families.delete(family);
  }

  #raiseFloor(key: string, version: number): void {
    const floor = Math.max(version, this.#floors.get(key) ?? version);
    this.#floors.delete(key);
    this.#floors.set(key, floor);
    if (this.#floors.size > this.#maximumEntries) this.#floors.delete(this.#floors.keys().next().value!);
  }
}

function familyOf(key: string): string {
  return key.slice(0, key.indexOf(":") + 1);
}
