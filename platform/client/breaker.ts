/** What became of a request, for who asks whether its address works. `unknown`: nothing that says so. */
export type Health = "answers" | "fails" | "unknown";

/** Where a breaker has its time (milliseconds, monotone) and its chance from. */
export type Nature = { readonly now: () => number; readonly random: () => number };

/** As many in a row begin a rest. */
export const FAILURES_TO_OPEN = 5;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 4_000;

/** Keeps requests from an address that failed several times in a row; after a rest, one request tries whether it works again. */
export class Breaker {
  readonly #nature: Nature;
  #failures = 0;
  #rests = 0;
  #restsUntilMs: number | undefined;
  #isTrying = false;

  constructor(nature: Nature) {
    this.#nature = nature;
  }

  /** Claims that a request may go to the address now. */
  get isUsable(): boolean {
    return this.#restsUntilMs === undefined || (!this.#isTrying && this.#nature.now() >= this.#restsUntilMs);
  }

  /** Begins a request; tell what became of it by the function given. */
  begin(): (health: Health) => void {
    const isTrial = this.#restsUntilMs !== undefined;
    if (isTrial) this.#isTrying = true;
    return (health) => {
      if (isTrial) this.#isTrying = false;
      if (health === "answers") this.#close();
      if (health === "fails") this.#failed(isTrial);
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#rests = 0;
    this.#restsUntilMs = undefined;
  }

  #failed(isTrial: boolean): void {
    const isResting = this.#restsUntilMs !== undefined;
    if (isResting && !isTrial) return; // began before the rest and says nothing new
    this.#failures += 1;
    if (!isResting && this.#failures < FAILURES_TO_OPEN) return;
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#rests);
    this.#rests += 1;
    // A little less at random, so that callers do not come back in step.
    this.#restsUntilMs = this.#nature.now() + restMs * (0.75 + this.#nature.random() / 4);
  }
}
