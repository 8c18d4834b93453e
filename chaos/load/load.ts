import type { Journal } from "../journal.ts";
import type { Target } from "../target.ts";
import { Client } from "./client.ts";
import { visit } from "./journey.ts";
import type { Plan } from "./plans.ts";

export type Load = {
  /** Resolves when every plan was carried out, when there is an end to them. */
  readonly done: Promise<void>;
  /** Lets in no further shopper; resolves when those inside have left. */
  stop(): Promise<void>;
};

/** Many shoppers at once; whoever leaves makes room for the next. */
export function startLoad(options: {
  readonly target: Target;
  readonly journal: Journal;
  readonly atOnce: number;
  /** What the nth shopper is up to; undefined: there is none. */
  planOf(shopper: number): Plan | undefined;
}): Load {
  const { target, journal, atOnce } = options;
  const client = new Client(target.url, journal);
  let next = 0;
  let isStopping = false;
  const keepVisiting = async () => {
    while (!isStopping) {
      const shopper = next++;
      const plan = options.planOf(shopper);
      if (plan === undefined) return;
      await visit({ client, staff: target.staff, shopper, plan });
    }
  };
  const done = Promise.all(Array.from({ length: atOnce }, keepVisiting)).then(() => {});
  return {
    done,
    stop: () => {
      isStopping = true;
      return done;
    },
  };
}
