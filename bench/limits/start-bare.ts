import { join } from "node:path";
import { request } from "undici";
import { askChild, startChild } from "../child.ts";
import { BROWSER_HEADERS } from "../load/flows.ts";
import type { BareAnswers } from "./bare-fastify.ts";

export type Bare = { readonly url: string; stop(): void };

// Added by the server for each answer; the bare one adds its own.
const OWN = ["connection", "keep-alive", "date", "content-length"];

/** Starts bare Fastify with what the shop answers at these paths. */
export async function startBare(shopUrl: string, paths: readonly string[]): Promise<Bare> {
  const answers: Record<string, BareAnswers[string]> = {};
  for (const path of paths) {
    const answer = await request(shopUrl + path, { headers: BROWSER_HEADERS }); // pages come compressed, and stay so
    const headers = Object.entries(answer.headers).filter(([name]) => !OWN.includes(name));
    const body = Buffer.from(await answer.body.arrayBuffer()).toString("base64");
    answers[path] = { headers: Object.fromEntries(headers) as Record<string, string>, body };
  }
  const child = startChild(join(import.meta.dirname, "bare-fastify.ts"));
  const { url } = await askChild<{ url: string }>(child, answers);
  return { url, stop: () => void child.kill() };
}
