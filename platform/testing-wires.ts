import type { Way } from "./testing.ts";
import { openDatabaseProxy, type DatabaseProxy } from "./testing-database-proxy.ts";

/** A wire to every database of a test shop, by name. */
export type Wires = {
  readonly via: Way;
  readonly proxies: ReadonlyMap<string, DatabaseProxy>;
  /** Nothing passes on any of them, as if the process behind them were stopped. */
  freeze(): void;
  thaw(): void;
  /** Lets everything pass and collects the work that is committed. */
  watch(): ReadonlyMap<string, Work>;
  close(): Promise<void>;
};

/** A commit that wrote something worth a look. */
export type Work = { readonly database: string; readonly words: string };

/** For one replica: give `via` to it. */
export function layWires(): Wires {
  const proxies = new Map<string, DatabaseProxy>();
  return {
    proxies,
    freeze: () => proxies.forEach((proxy) => proxy.freeze()),
    thaw: () => proxies.forEach((proxy) => proxy.thaw()),
    via: async (name, url) => {
      const proxy = await openDatabaseProxy(url);
      proxies.set(name, proxy);
      return proxy.url;
    },
    watch: () => {
      const seen = new Map<string, Work>();
      for (const [database, proxy] of proxies)
        proxy.onCommit = ({ statements }) => {
          const words = wordsOf(statements);
          if (words !== undefined) seen.set(`${database}: ${words}`, { database, words });
          return "tell";
        };
      return seen;
    },
    close: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

const WRITES = /\b(?:insert into|delete from|update \w+(?: \w+)? set)\b/;
/** Who is alive and whose turn it is: also written when nothing happens. */
const KEEPS_TURNS = /\b(?:into|update|from) (?:lease|group_member|group_slot)\b/;

/** What a commit wrote, as its statements, whatever their values; undefined when it only took turns. The same work has the same
 *  words each time. */
export function wordsOf(statements: readonly string[]): string | undefined {
  const writing = statements.filter(
    (text) => WRITES.test(text) && !(KEEPS_TURNS.test(text) && !/\boutbox\b/.test(text)),
  );
  return writing.length === 0 ? undefined : writing.join("; ");
}
