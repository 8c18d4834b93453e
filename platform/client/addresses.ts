import { Pool } from "undici";
import type { Setting } from "../config.ts";
import { urlSettingName } from "../runtime-context.ts";
import { Breaker, type Health, type Nature } from "./breaker.ts";
import { exchange, type Asked, type Outcome } from "./exchange.ts";

/** Who is given less time than this learns nothing of an address that does not answer in it. */
const TELLING_MS = 1_000;

/** One place where a service answers: a pool of kept-alive connections and a breaker. */
export class Address {
  readonly url: string;
  readonly #pool: Pool;
  readonly #breaker: Breaker;

  constructor(url: string, nature: Nature) {
    this.url = url;
    this.#pool = new Pool(url, { connections: 64, pipelining: 1, connect: { timeout: 2_000 } });
    this.#breaker = new Breaker(nature);
  }

  get isUsable(): boolean {
    return this.#breaker.isUsable;
  }

  async ask(asked: Asked): Promise<Outcome> {
    const tell = this.#breaker.begin();
    const outcome = await exchange(this.#pool, asked);
    tell(healthOf(outcome, asked.timeoutMs));
    return outcome;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Any answer says that the address works, a refusal and a 503 over something behind it too. */
function healthOf({ kind }: Outcome, timeoutMs: number): Health {
  if (kind === "answer") return "answers";
  if (kind === "gone") return "unknown";
  return kind === "late" && timeoutMs < TELLING_MS ? "unknown" : "fails";
}

/** The addresses of one service, taken in turn. */
export class Addresses {
  readonly #all: readonly Address[];
  #turn = 0;

  constructor(urls: readonly string[], nature: Nature) {
    this.#all = urls.map((url) => new Address(url, nature));
  }

  /** The next that works, one that was not tried if there is any; undefined while none works. */
  next(tried: ReadonlySet<Address>): Address | undefined {
    this.#turn = (this.#turn + 1) % this.#all.length;
    const inTurn = [...this.#all.slice(this.#turn), ...this.#all.slice(0, this.#turn)];
    const usable = inTurn.filter((address) => address.isUsable);
    return usable.find((address) => !tried.has(address)) ?? usable[0];
  }

  /** Claims that one that works was not tried yet. */
  hasUntried(tried: ReadonlySet<Address>): boolean {
    return this.#all.some((address) => address.isUsable && !tried.has(address));
  }

  usage(): { readonly usable: number; readonly resting: number } {
    const usable = this.#all.filter((address) => address.isUsable).length;
    return { usable, resting: this.#all.length - usable };
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((address) => address.close()));
  }
}

/** `CATALOG_URL`: where the replicas of `service` answer. */
export function addressesSetting(service: string): Setting<readonly string[]> {
  const accepts = "http:// or https:// addresses, separated by commas";
  return {
    name: urlSettingName(service),
    doc: `Where ${service} answers, when it does not run in this process.`,
    accepts,
    defaultValue: [],
    parse: (text) => {
      const urls = text.split(",").map((url) => url.trim());
      const told = urls.filter((url) => url !== "");
      if (!told.every((url) => /^https?:\/\/[^/?#]+\/?$/.test(url) && URL.canParse(url)))
        throw new Error(`must be ${accepts}`);
      return told;
    },
  };
}
