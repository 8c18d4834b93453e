import { CONNECTIONS, type Bench } from "./bench.ts";
import { startFleetStage } from "./fleet-stage.ts";
import { chooseGoods } from "./goods.ts";
import { startInside } from "./inside/start-inside.ts";
import { makeScratchDatabases } from "./limits/scratch-databases.ts";
import { startBare } from "./limits/start-bare.ts";
import { startGenerator } from "./load/start-generator.ts";
import { readMetrics } from "./metrics.ts";
import { residentMib } from "./observe.ts";
import type { Options } from "./options.ts";
import { startStage } from "./stage.ts";

export const UNCACHED = { CATALOG_PRODUCT_TTL_SECONDS: "0", CATALOG_LISTING_TTL_SECONDS: "0" };

/** Starts the shop and the generator; the rest when a row asks for it. `stop` ends and deletes all of it. */
export async function openBench({ seconds, mode }: Options): Promise<{ bench: Bench; stop(): Promise<void> }> {
  const ends: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const stage = await (mode === "fleet" ? startFleetStage() : startStage());
    ends.push(() => stage.stop());
    const idleMib = residentMib(await readMetrics(stage.desks));
    const goods = await chooseGoods(stage);
    const startOne = () => {
      const started = startGenerator();
      ends.push(() => started.stop());
      return started;
    };
    const generator = startOne();
    const second = once(async () => startOne());
    const bareUrl = once(async () => {
      const bare = await startBare(stage.url, [...goods.details, ...goods.lists, ...goods.pages]);
      ends.push(() => bare.stop());
      return bare.url;
    });
    const another = async (settings: Readonly<Record<string, string>>) => {
      const other = await startStage(settings);
      const stopOther = once(() => other.stop());
      ends.push(stopOther);
      return { stage: { ...other, stop: stopOther }, goods: await chooseGoods(other) };
    };
    const uncached = once(() => another(UNCACHED));
    const oneProcess = once(() => another({}));
    const within = once(async () => {
      const started = startInside();
      ends.push(() => started.stop());
      return started;
    });
    const inside: Bench["inside"] = async (asked) => (await within()).ask(asked);
    const sql = once(() => makeScratchDatabases(stage.postgres, goods.skus));
    return {
      bench: {
        stage,
        goods,
        generator,
        second,
        seconds,
        connections: CONNECTIONS,
        idleMib,
        bareUrl,
        uncached,
        oneProcess,
        another,
        inside,
        sql,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
