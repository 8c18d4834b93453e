import { isDeepStrictEqual } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { layWires, wordsOf, type Wires, type Work } from "#platform/testing-wires";
import { startOrders } from "./testing-orders.ts";
import { clientOf, comeToRest, stories, tell, type Client, type Story } from "./testing-purchases.ts";

// A replica is stopped in the middle of its work, at every place where it writes something. Another one takes over what it had
// leased; later the first goes on as if nothing had been, with whatever it had in hand. The places are found by watching.

let shop: TestShop;
let admin: pg.Client;
beforeAll(async () => {
  // A charge that is asked for later than usual is no reason to give it up.
  const patient = { PAYMENTS_UNHEARD_LIMIT_MS: "600000", PAYMENTS_AUTHORISE_LIMIT_SECONDS: "600" };
  shop = await startOrders(patient, { isPassive: true });
  admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await shop.stop();
});

type Place = Work & { readonly when: "before" | "after" };

/** Stops the replica behind these wires when it is about to commit this work, or has just done so; once. */
function stopAt(wires: Wires, { database, words, when }: Place): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const proxy = wires.proxies.get(database)!;
  const isIt = (statements: readonly string[]) => {
    if (wordsOf(statements) !== words) return false;
    proxy.onAsk = () => false;
    proxy.onCommit = () => "tell";
    wires.freeze();
    resolve();
    return true;
  };
  if (when === "before") proxy.onAsk = ({ statements }) => isIt(statements);
  else proxy.onCommit = ({ statements }) => (isIt(statements) ? "hold" : "tell");
  return promise;
}

/** What time does to the leases of a replica that is stopped: they end, and so do its open transactions. */
async function letLeasesEnd(): Promise<void> {
  shop.advanceClock(10_000);
  const names = ["bus", ...shop.runtime.services.keys()];
  for (const name of names) {
    const client = new pg.Client({ connectionString: shop.databaseUrl(name) });
    await client.connect();
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and (state like 'idle in transaction%' or wait_event_type = 'Lock')`);
    await client.query(
      name === "bus"
        ? `with gone as (delete from group_member) update group_slot set held_until = '-infinity'`
        : `update lease set held_until = '-infinity'`,
    );
    await client.end();
  }
}

type Told = { readonly isReached: boolean; readonly books: readonly unknown[] };

/** Tells the story to a replica that is stopped at this place, then to an heir, and then lets the first go on. The books are as
 *  they are before that and after. */
async function tellWithZombie(story: Story, place: Place, afterwards = async () => {}): Promise<Told> {
  const wires = layWires();
  const zombie = await shop.startReplica(wires.via);
  const stopped = stopAt(wires, place);
  const { promise: moved, resolve: move } = Promise.withResolvers<void>();
  const client: Client = { shop: zombie, moved };
  const told = tell(client, story);
  told.catch(() => {}); // looked at below
  let heir: TestShop | undefined;
  try {
    const isReached = await Promise.race([stopped.then(() => true), told.then(() => false)]);
    if (!isReached) return { isReached, books: [await (await told)()] };
    await letLeasesEnd();
    heir = await shop.startReplica();
    client.shop = heir;
    client.moved = new Promise(() => {});
    move();
    const look = await told;
    const before = await look();
    wires.thaw();
    await comeToRest(clientOf(zombie));
    await comeToRest(clientOf(heir));
    await afterwards();
    return { isReached, books: [before, await look()] };
  } finally {
    wires.thaw();
    await Promise.all([zombie.stop(), heir?.stop()]);
    await wires.close();
  }
}

/** Every place where a lone replica writes something in this story. */
async function placesOf(story: Story): Promise<ReadonlyMap<string, Place>> {
  const wires = layWires();
  const alone = await shop.startReplica(wires.via);
  const works = wires.watch();
  const look = await tell(clientOf(alone), story);
  expect(await look()).toEqual(story.books);
  await alone.stop();
  await wires.close();
  return new Map(
    [...works.values()].flatMap((work) =>
      (["before", "after"] as const).map((when): [string, Place] => [`${when}: ${work.words}`, { ...work, when }]),
    ),
  );
}

const isAsTold = ({ books }: Told, story: Story) => books.every((one) => isDeepStrictEqual(one, story.books));

describe("a replica that is stopped, and goes on when others have taken over", { timeout: 600_000 }, () => {
  it("does no harm, wherever it was", async () => {
    const done = new Set<string>();
    const complaints: unknown[] = [];
    for (const story of stories) {
      for (const [name, place] of await placesOf(story)) {
        if (done.has(name)) continue; // in an earlier story, or in another service
        const told = await tellWithZombie(story, place).catch((error: unknown) => ({
          isReached: true,
          books: [error],
        }));
        if (told.isReached) done.add(name); // else it depends on who is faster, or on the hour
        if (!isAsTold(told, story)) complaints.push({ story: story.name, ...place, ...told });
      }
    }
    expect(complaints).toEqual([]);
    expect(done.size).toBeGreaterThan(40);
  });

  it("would be found out by the books if it did", async () => {
    const [place] = [...(await placesOf(stories[0]!)).values()].filter(({ words }) => /into payment /.test(words));
    const told = await tellWithZombie(stories[0]!, place!, async () => {
      await shop.context("inventory").db.run(sql`update stock set allocated = allocated + 1`);
    });
    expect(told.books[0]).toEqual(stories[0]!.books);
    expect(isAsTold(told, stories[0]!)).toBe(false);
    await shop.context("inventory").db.run(sql`update stock set allocated = allocated - 1`);
  });
});

describe("two replicas", { timeout: 120_000 }, () => {
  it("serve shoppers together, each of whom may meet either at any time", async () => {
    const [one, other] = [await shop.startReplica(), await shop.startReplica()];
    const shoppers = Array.from({ length: 24 }, (_, index) => stories[index % stories.length]!);
    const looks = await Promise.all(
      shoppers.map((story, index) => tell(clientOf(index % 3 === 0 ? one : other), story)),
    );
    const books = await Promise.all(looks.map((look) => look())); // now that nothing moves any more
    expect(books).toEqual(shoppers.map((story) => story.books));
    await Promise.all([one.stop(), other.stop()]);
  });

  it("take over from each other when a lease ends, without being told", async () => {
    const wires = layWires();
    const stopping = await shop.startReplica(wires.via);
    await tell(clientOf(stopping), stories[0]!);
    const held = await slotHolders(); // all of them: it was alone
    wires.freeze();
    const heir = await shop.startReplica();
    await expect.poll(async () => [...(await slotHolders()).intersection(held)], { timeout: 30_000 }).toEqual([]);
    const look = await tell(clientOf(heir), stories[0]!);
    expect(await look()).toEqual(stories[0]!.books);
    wires.thaw();
    await comeToRest(clientOf(stopping));
    expect(await look()).toEqual(stories[0]!.books);
    await Promise.all([stopping.stop(), heir.stop()]);
    await wires.close();
  });
});

/** Who reads the bus for the services. */
async function slotHolders(): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: shop.databaseUrl("bus") });
  await client.connect();
  const { rows } = await client.query<{ holder: string }>(
    "select distinct holder from group_slot where holder is not null",
  );
  await client.end();
  return new Set(rows.map(({ holder }) => holder));
}
