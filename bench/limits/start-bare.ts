import { join } from "node:path";
import { askChild, startChild } from "../child.ts";
import type { BareAnswers } from "./bare-fastify.ts";

export type Bare = { readonly url: string; stop(): void };

// Added by the server for each answer; the bare one adds its own.
const OWN = ["connection", "keep-alive", "date", "content-length"];

/** Starts bare Fastify with what the shop answers at these paths. */
export async function startBare(shopUrl: string, paths: readonly string[]): Promise<Bare> {
  const answers: Record<string, BareAnswers[string]> = {};
  for (const path of paths) {
    const answer = await fetch(shopUrl + path);
    const headers = [...answer.headers].filter(([name]) => !OWN.includes(name));
    answers[path] = { headers: Object.fromEntries(headers), body: await answer.text() };
  }
  const child = startChild(join(import.meta.dirname, "bare-fastify.ts"));
  const { url } = await askChild<{ url: string }>(child, answers);
  return { url, stop: () => void child.kill() };
}
