import { monitorEventLoopDelay } from "node:perf_hooks";

// Goes before main.ts into its process and tells whoever started it how late its event loop is.

const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("message", (asked: { readonly asks?: string }) => {
  if (asked.asks !== "loop-delay") return;
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.send!({ p99: late(delay.percentile(99)), max: late(delay.max) });
  delay.reset();
});
// Listening must not keep a process alive that is otherwise done.
process.channel?.unref();
