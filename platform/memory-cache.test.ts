import { expect, test } from "vitest";
import { createMemoryCache } from "./memory-cache.ts";

/** A loader whose answers the test gives when it wants to. */
function controlled<Value>() {
  const waiting: ((loaded: { value: Value; version?: number }) => void)[] = [];
  const load = () => new Promise<{ value: Value; version?: number }>((resolve) => void waiting.push(resolve));
  return {
    load,
    answer: (index: number, value: Value, version?: number) =>
      waiting[index]!(version === undefined ? { value } : { value, version }),
    calls: () => waiting.length,
  };
}

const unloaded = () => Promise.reject(new Error("must not load"));

test("serves a value until its time is over", async () => {
  let nowMs = 0;
  const cache = createMemoryCache({ now: () => nowMs });
  await cache.read("a", { ttlMs: 100, load: async () => ({ value: 1 }) });
  nowMs = 99;
  expect(await cache.read("a", { ttlMs: 100, load: unloaded })).toBe(1);
  nowMs = 100;
  expect(await cache.read("a", { ttlMs: 100, load: async () => ({ value: 2 }) })).toBe(2);
  expect(cache.stats()).toEqual({ hits: 1, misses: 2, entries: 1 });
});

test("holds nothing that it may not serve even once", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  await cache.read("a", { ttlMs: 0, load: async () => ({ value: 1 }) });
  expect(await cache.read("a", { ttlMs: 0, load: async () => ({ value: 2 }) })).toBe(2);
  expect(cache.stats()).toEqual({ hits: 0, misses: 2, entries: 0 });
});

test("loads once for all who ask at the same time", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<number>();
  const reads = [1, 2, 3].map(() => cache.read("a", { ttlMs: 100, load: source.load }));
  source.answer(0, 7);
  expect(await Promise.all(reads)).toEqual([7, 7, 7]);
  expect(source.calls()).toBe(1);
});

test("keeps nothing of a load that failed, and tells everyone who waited", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const load = () => Promise.reject(new Error("down"));
  const [one, two] = await Promise.allSettled([
    cache.read("a", { ttlMs: 100, load }),
    cache.read("a", { ttlMs: 100, load }),
  ]);
  expect([one!.status, two!.status]).toEqual(["rejected", "rejected"]);
  expect(await cache.read("a", { ttlMs: 100, load: async () => ({ value: 1 }) })).toBe(1);
});

test("does not keep a load that began before an invalidation and tells no version", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<string>();
  const slow = cache.read("a", { ttlMs: 100, load: source.load });
  cache.invalidate("a", 5);
  source.answer(0, "old");
  expect(await slow).toBe("old");
  expect(await cache.read("a", { ttlMs: 100, load: async () => ({ value: "new" }) })).toBe("new");
});

test("does not keep a load that brings an older version than was invalidated", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<string>();
  const slow = cache.read("a", { ttlMs: 100, load: source.load });
  cache.invalidate("a", 5);
  source.answer(0, "four", 4);
  await slow;
  expect(await cache.read("a", { ttlMs: 100, load: async () => ({ value: "five", version: 5 }) })).toBe("five");
  cache.invalidate("a", 5);
  expect(await cache.read("a", { ttlMs: 100, load: unloaded })).toBe("five");
});

test("keeps a load that brings the version that was invalidated meanwhile", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<string>();
  const slow = cache.read("a", { ttlMs: 100, load: source.load });
  cache.invalidate("a", 5);
  source.answer(0, "five", 5);
  await slow;
  expect(await cache.read("a", { ttlMs: 100, load: unloaded })).toBe("five");
});

test("does not keep an old version that is read after the invalidation, as from a replica that lags", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  cache.invalidate("a", 5);
  await cache.read("a", { ttlMs: 100, load: async () => ({ value: "four", version: 4 }) });
  expect(await cache.read("a", { ttlMs: 100, load: async () => ({ value: "five", version: 5 }) })).toBe("five");
});

test("lets nobody who asks after an invalidation join a load from before it", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<string>();
  const before = cache.read("a", { ttlMs: 100, load: source.load });
  cache.invalidate("a");
  const after = cache.read("a", { ttlMs: 100, load: source.load });
  source.answer(1, "new");
  expect(await after).toBe("new");
  source.answer(0, "old");
  expect(await before).toBe("old");
  expect(await cache.read("a", { ttlMs: 100, load: unloaded })).toBe("new");
});

test("forgets a family and dooms its loads, and leaves the others", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const put = (key: string) => cache.read(key, { ttlMs: 100, load: async () => ({ value: key }) });
  await Promise.all(["list:demo:1", "list:other:1", "product:demo:1"].map(put));
  const source = controlled<string>();
  const slow = cache.read("list:demo:2", { ttlMs: 100, load: source.load });
  cache.invalidateAll("list:demo:");
  source.answer(0, "old");
  await slow;
  const again = (key: string) => cache.read(key, { ttlMs: 100, load: async () => ({ value: "again" }) });
  expect(await Promise.all(["list:demo:1", "list:demo:2", "list:other:1", "product:demo:1"].map(again))).toEqual([
    "again",
    "again",
    "list:other:1",
    "product:demo:1",
  ]);
  cache.invalidateAll("");
  expect(cache.stats().entries).toBe(0);
});

test("holds no more than it may, and lets go what was not used for longest", async () => {
  let nowMs = 0;
  const cache = createMemoryCache({ now: () => nowMs, maximumEntries: 2 });
  const put = (key: string) => cache.read(key, { ttlMs: 5_000, load: async () => ({ value: key }) });
  await put("a");
  await put("b");
  nowMs = 1_000;
  await put("a");
  await put("c");
  expect(cache.stats().entries).toBe(2);
  expect(await cache.read("a", { ttlMs: 5_000, load: unloaded })).toBe("a");
  await expect(cache.read("b", { ttlMs: 5_000, load: unloaded })).rejects.toThrow("must not load");
});

test("reads many with one load for all that are missing, and remembers what is not there", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const asked: (readonly string[])[] = [];
  const load = async (missing: readonly string[]) => {
    asked.push(missing);
    return new Map(missing.filter((key) => key !== "none").map((key) => [key, { value: key.toUpperCase() }]));
  };
  await cache.read("b", { ttlMs: 100, load: async () => ({ value: "B" }) });
  expect(await cache.readMany(["a", "b", "none", "c", "a"], { ttlMs: 100, load })).toEqual([
    "A",
    "B",
    undefined,
    "C",
    "A",
  ]);
  expect(await cache.readMany(["a", "none"], { ttlMs: 100, load })).toEqual(["A", undefined]);
  expect(asked).toEqual([["a", "none", "c"]]);
});

test("joins loads under way when reading many, and loads only the rest", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const source = controlled<string>();
  const single = cache.read("a", { ttlMs: 100, load: source.load });
  const asked: (readonly string[])[] = [];
  const many = cache.readMany(["a", "b"], {
    ttlMs: 100,
    load: async (missing) => {
      asked.push(missing);
      return new Map([["b", { value: "B" }]]);
    },
  });
  source.answer(0, "A");
  expect(await many).toEqual(["A", "B"]);
  expect(await single).toBe("A");
  expect(asked).toEqual([["b"]]);
});

test("invalidates one key of a load of many", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  let release = () => {};
  const many = cache.readMany(["a", "b"], {
    ttlMs: 100,
    load: async () => {
      await new Promise<void>((resolve) => void (release = resolve));
      return new Map(["a", "b"].map((key) => [key, { value: "old", version: 1 }]));
    },
  });
  cache.invalidate("a", 2);
  release();
  await many;
  const fresh = {
    ttlMs: 100,
    load: async (missing: readonly string[]) => new Map(missing.map((key) => [key, { value: "new", version: 2 }])),
  };
  expect(await cache.readMany(["a", "b"], fresh)).toEqual(["new", "old"]);
});
