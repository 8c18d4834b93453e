import { openDatabase, type Database } from "#platform/database";
import { measure, type Load, type Measured } from "../load/drive.ts";
import { carryEvents } from "./carry-events.ts";
import { afterHold, afterwards, beforeHold, type Commit } from "./checkout-flow-statements.ts";
import { stockHolder } from "./hold-stock.ts";
import { newFlow, type SqlFlow } from "./sql-flow.ts";

export type SqlData = {
  /** Of the limit's databases, by name; `bus` among them. */
  readonly urls: Readonly<Record<string, string>>;
  /** Connections to each, as many as the shop has. */
  readonly pools: Readonly<Record<string, number>>;
  readonly skus: readonly string[];
};

/** The essential statements of a purchase and nothing else: no HTTP, no checks, no prices, no tokens to verify. As in the shop, nobody
 *  waits for what is owed afterwards; but on each connection it is done before the next purchase's is begun, so that none piles up. */
export async function checkoutFlowSql({ urls, pools, skus }: SqlData, load: Load): Promise<Measured> {
  const databases = new Map(
    Object.entries(urls).map(([name, url]) => [
      name,
      openDatabase({ url, applicationName: "limit", poolSize: pools[name]! }),
    ]),
  );
  const hold = stockHolder(databases.get("inventory")!);
  const carried = carryEvents(databases);
  const startedMs = performance.now();
  const owed = new Map<number, Promise<void>>();
  try {
    const measured = await measure(load, (timed, index) => async () => {
      const flow = newFlow(twoOf(skus));
      await timed("until confirmed", async () => {
        await commitAll(databases, beforeHold, flow);
        await hold(flow);
        await commitAll(databases, afterHold, flow);
      });
      await owed.get(index);
      const later = timed("afterwards", () => commitAll(databases, afterwards, flow));
      later.catch(() => {}); // whoever awaits it hears of it
      owed.set(index, later);
      return undefined;
    });
    await Promise.all(owed.values());
    await carried.stop();
    return { ...measured, settledPerSecond: measured.allRounds / ((performance.now() - startedMs) / 1_000) };
  } finally {
    await Promise.allSettled(owed.values());
    await carried.stop();
    await Promise.all([...databases.values()].map((database) => database.close()));
  }
}

async function commitAll(
  databases: ReadonlyMap<string, Database>,
  commits: readonly Commit[],
  flow: SqlFlow,
): Promise<void> {
  for (const { database, statements } of commits) {
    const db = databases.get(database)!;
    const [only, ...more] = statements(flow);
    if (more.length === 0) await db.run(only!);
    else
      await db.transaction(async (tx) => {
        for (const statement of [only!, ...more]) await tx.run(statement);
      });
  }
}

function twoOf(skus: readonly string[]): readonly [string, string] {
  const first = Math.floor(Math.random() * skus.length);
  const step = 1 + Math.floor(Math.random() * (skus.length - 1));
  return [skus[first]!, skus[(first + step) % skus.length]!];
}
