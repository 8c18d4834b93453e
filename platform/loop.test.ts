import { describe, expect, test } from "vitest";
import { createLog } from "./log.ts";
import { jittered, pause, startLoop } from "./loop.ts";

describe("a loop", () => {
  test("begins a pass at once and the next when it is woken", async () => {
    let passes = 0;
    const loop = start(async () => {
      passes += 1;
      return 60_000;
    });
    await ticks();
    expect(passes).toBe(1);
    loop.wake();
    await ticks();
    expect(passes).toBe(2);
    await loop.stop();
    loop.wake();
    await ticks();
    expect(passes).toBe(2);
  });

  test("follows a pass with another one when it was woken meanwhile, however often", async () => {
    let passes = 0;
    let letGo = () => {};
    const loop = start(async () => {
      passes += 1;
      if (passes === 1) await new Promise<void>((resolve) => (letGo = resolve));
      return 60_000;
    });
    await ticks();
    loop.wake();
    loop.wake();
    letGo();
    await ticks();
    expect(passes).toBe(2);
    await loop.stop();
  });

  test("waits for the pass under way when it is stopped", async () => {
    let letGo = () => {};
    let isDone = false;
    const loop = start(async () => {
      await new Promise<void>((resolve) => (letGo = resolve));
      isDone = true;
      return 0;
    });
    await ticks();
    const stopped = loop.stop();
    letGo();
    await stopped;
    expect(isDone).toBe(true);
  });

  test("logs an outage once, and once that it is over, and is not hurried by wake-ups", async () => {
    const lines: { msg: string; failures?: number }[] = [];
    let passes = 0;
    const loop = startLoop({
      name: "test",
      log: createLog({ level: "info", write: (line) => void lines.push(JSON.parse(line)) }),
      pass: async () => {
        passes += 1;
        if (passes <= 3) throw new Error("planned");
        return 60_000;
      },
    });
    await ticks();
    for (let index = 0; index < 20; index++) loop.wake();
    await ticks();
    expect(passes).toBe(1);
    while (passes < 4) await pause(5);
    await ticks();
    expect(lines.map((line) => line.msg)).toEqual(["A loop fails and will be tried again", "A loop works again"]);
    expect(lines[1]!.failures).toBe(3);
    await loop.stop();
  });
});

test("a jittered wait is between half and the whole of it", () => {
  for (let index = 0; index < 1_000; index++) {
    const ms = jittered(100);
    expect(ms).toBeGreaterThanOrEqual(50);
    expect(ms).toBeLessThanOrEqual(100);
  }
});

function start(pass: () => Promise<number>) {
  return startLoop({ name: "test", log: createLog({ level: "fatal", write: () => {} }), pass });
}

function ticks(): Promise<void> {
  return pause(2);
}
