import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestShop } from "#platform/testing";
import { layWires, wordsOf, type Work } from "#platform/testing-wires";
import { startOrders } from "./testing-orders.ts";
import { clientOf, stories, tell, type Asking, type Books } from "./testing-purchases.ts";

// The answer to a commit gets lost: it has happened, and whoever asked for it cannot know. The commits of a purchase are found by
// watching one, in every database and on the bus; a new one is covered by being one.

const wires = layWires();
let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders({}, { via: wires.via });
});
afterAll(async () => {
  await shop?.stop();
  await wires.close();
});

/** Cuts the connection of the next commit of this work, once. */
function cutNext({ database, words }: Work): { count(): number } {
  let count = 0;
  for (const proxy of wires.proxies.values()) proxy.onCommit = () => "tell";
  wires.proxies.get(database)!.onCommit = ({ statements }) => {
    if (count > 0 || wordsOf(statements) !== words) return "tell";
    count += 1;
    return "cut";
  };
  return { count: () => count };
}

async function served(asking: Asking): Promise<Books> {
  const look = await tell(clientOf(shop), asking);
  return look();
}

const EVERY_DATABASE = ["bus", "cart", "inventory", "orders", "payment-simulator", "payments", "shipping"];

describe("a shopper", { timeout: 240_000 }, () => {
  it("is served once, whichever commit loses its answer", async () => {
    const done = new Set<string>();
    const complaints: unknown[] = [];
    for (const story of stories) {
      const works = wires.watch();
      expect(await served(story)).toEqual(story.books);
      for (const [name, work] of works) {
        if (done.has(name)) continue; // in an earlier story
        const cut = cutNext(work);
        const books = await served(story).catch((error: unknown) => error);
        if (cut.count() > 0) done.add(name); // else it depends on who is faster, or on the hour
        if (!isDeepStrictEqual(books, story.books)) complaints.push({ story: story.name, ...work, books });
      }
    }
    expect(complaints).toEqual([]);
    expect(new Set([...done].map((name) => name.split(":")[0]))).toEqual(new Set(EVERY_DATABASE));
    expect(done.size).toBeGreaterThan(30);
  });

  it("would be served twice by a client that takes a new key for each try", async () => {
    const works = wires.watch();
    await served(stories[0]!);
    const putting = [...works.values()].find(({ database, words }) => database === "cart" && /into cart /.test(words))!;
    const cut = cutNext(putting);
    let tries = 0;
    const books = await served({ ...stories[0]!, keyFor: (key) => `${key}-${tries++}` });
    expect(cut.count()).toBe(1);
    expect(books).toMatchObject({ state: "confirmed", promised: 2 });
  });
});
