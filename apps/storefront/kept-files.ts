import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip, gunzip } from "node:zlib";
import { defineResource, type Ctx } from "#platform/ctx";
import { qualityOf } from "#platform/http/preferences";
import { KeptBytes } from "#platform/kept-bytes";
import type { WebAnswer, WebRequest } from "#platform/service";

const TTL_SECONDS = 3_600;
const MOST_BYTES = 32 * 1_048_576;
const MOST_MAKING = 8;
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
  const takesGzip = (qualityOf("gzip", request.headers["accept-encoding"] ?? "") ?? 0) > 0;
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

/** One file is made at a time, because each is work for the services that tell of its goods. */
export function openKeptFiles({
  now,
  mostBytes = MOST_BYTES,
}: {
  readonly now: () => number;
  readonly mostBytes?: number;
}) {
  const options = { service: "storefront", mostAtOnce: 1, mostMaking: MOST_MAKING, ttlMs: TTL_SECONDS * 1_000 };
  const kept = new KeptBytes({ ...options, mostBytes, now });
  return { read: (name: string, make: () => AsyncIterable<string>) => kept.read(name, () => compressed(make())) };
}

const keptFiles = defineResource(({ now }) => openKeptFiles({ now: () => now().getTime() }));

async function compressed(parts: AsyncIterable<string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(parts, createGzip({ level: 6 }), async (zipped: AsyncIterable<Buffer>) => {
    for await (const chunk of zipped) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}
