/** A service's cache. Values are kept as given: treat them as frozen. */
export type Cache = {
  /** The value under `key`, loaded once at a time when missing or older than `ttlMs`. `version` of what was loaded guards
   *  against a slow load overwriting a newer invalidation. */
  read<Value>(key: string, options: { ttlMs: number; load: () => Promise<Loaded<Value>> }): Promise<Value>;
  /** The values under `keys`, in their order; the missing ones are loaded by ONE call. A key that `load` leaves out is
   *  kept as undefined: that there is nothing is worth remembering too. */
  readMany<Value>(
    keys: readonly string[],
    options: { ttlMs: number; load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Loaded<Value>>> },
  ): Promise<(Value | undefined)[]>;
  /** Forgets `key`. A load that finishes with an older version (or began before, when it tells none) is not kept. */
  invalidate(key: string, version?: number): void;
  /** Forgets every key that begins with `prefix`. */
  invalidateAll(prefix: string): void;
};

export type Loaded<Value> = { readonly value: Value; readonly version?: number };
