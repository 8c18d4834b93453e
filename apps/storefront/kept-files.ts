import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip, gunzip } from "node:zlib";
import { refuse } from "#kernel/refusal";
import { defineResource, type Ctx } from "#platform/ctx";
import type { WebAnswer, WebRequest } from "#platform/service";

const TTL_SECONDS = 3_600;
const MOST_BYTES = 32 * 1_048_576;
const MOST_WAITING = 8;
const MAKING_MS = 60_000;

export type FileMaker = {
  /** What tells it from the others. */
  readonly name: string;
  readonly contentType: string;
  /** Parts of the file, one after the other: the whole is never in memory but compressed. */
  make(ctx: Ctx): AsyncIterable<string>;
};

/** Answers a file that costs much to make and is for everybody: made once an hour, however many ask for it, and kept compressed. */
export async function answerFile(request: WebRequest, ctx: Ctx, maker: FileMaker): Promise<WebAnswer> {
  const bytes = await ctx.resource(keptFiles).read(maker.name, () => maker.make(ctx.detached(MAKING_MS)));
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers["accept-encoding"] ?? "");
  return {
    contentType: maker.contentType,
    headers: {
      "cache-control": `public, max-age=${TTL_SECONDS}`,
      vary: "accept-encoding",
      ...(takesGzip ? { "content-encoding": "gzip" } : {}),
    },
    body: takesGzip ? bytes : await promisify(gunzip)(bytes),
  };
}

type Kept = { readonly bytes: Buffer; readonly untilMs: number };

/** One file is made at a time, because each is work for the services that tell of its goods; the oldest leave when there are too many. */
export class KeptFiles {
  readonly #now: () => number;
  readonly #mostBytes: number;
  readonly #kept = new Map<string, Kept>();
  readonly #making = new Map<string, Promise<Buffer>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(told: { readonly now: () => number; readonly mostBytes?: number }) {
    this.#now = told.now;
    this.#mostBytes = told.mostBytes ?? MOST_BYTES;
  }

  /** Refuses SERVICE_UNAVAILABLE when many are waiting to be made. */
  async read(name: string, make: () => AsyncIterable<string>): Promise<Buffer> {
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.untilMs > this.#now()) return kept.bytes;
    const begun = this.#making.get(name);
    if (begun !== undefined) return begun;
    if (this.#making.size >= MOST_WAITING)
      throw refuse.SERVICE_UNAVAILABLE({ service: "storefront", detail: "Other files are being made." });
    const made = this.#last.then(() => compressed(make()));
    this.#last = made.catch(() => {});
    this.#making.set(name, made);
    try {
      const bytes = await made;
      this.#keep(name, bytes);
      return bytes;
    } finally {
      this.#making.delete(name);
    }
  }

  #keep(name: string, bytes: Buffer): void {
    this.#kept.delete(name);
    this.#kept.set(name, { bytes, untilMs: this.#now() + TTL_SECONDS * 1_000 });
    let total = this.#kept.values().reduce((sum, one) => sum + one.bytes.length, 0);
    for (const [oldest, { bytes: old }] of this.#kept) {
      if (total <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      total -= old.length;
    }
  }
}

const keptFiles = defineResource(({ now }) => new KeptFiles({ now: () => now().getTime() }));

async function compressed(parts: AsyncIterable<string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(parts, createGzip({ level: 6 }), async (zipped: AsyncIterable<Buffer>) => {
    for await (const chunk of zipped) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}
