import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openKeptFiles } from "./kept-files.ts";

const HOUR_MS = 3_600_000;

function open(mostBytes?: number) {
  const world = { nowMs: 0, made: 0, atOnce: 0, mostAtOnce: 0 };
  const files = openKeptFiles({ now: () => world.nowMs, ...(mostBytes === undefined ? {} : { mostBytes }) });
  const make = async function* () {
    world.made += 1;
    world.mostAtOnce = Math.max(world.mostAtOnce, ++world.atOnce);
    yield "a";
    await new Promise(setImmediate);
    yield "b".repeat(100_000);
    world.atOnce -= 1;
  };
  return { world, files, make };
}

test("a file is made once for all who ask, and anew after an hour", async () => {
  const { world, files, make } = open();
  const [one, other] = await Promise.all([files.read("x", make), files.read("x", make)]);
  expect(gunzipSync(one).toString()).toBe(`a${"b".repeat(100_000)}`);
  expect(other).toBe(one);
  world.nowMs = HOUR_MS - 1;
  await files.read("x", make);
  expect(world.made).toBe(1);
  world.nowMs = HOUR_MS;
  await files.read("x", make);
  expect(world.made).toBe(2);
});

test("one is made at a time, and who finds many waiting is sent away", async () => {
  const { world, files, make } = open();
  const waiting = Array.from({ length: 8 }, (_, index) => files.read(`x${index}`, make));
  await expect(files.read("one more", make)).rejects.toMatchObject({ status: 503 });
  await Promise.all(waiting);
  expect([world.made, world.mostAtOnce]).toEqual([8, 1]);
  await files.read("one more", make);
});

test("what could not be made is tried again, and holds nobody up", async () => {
  const { files, make } = open();
  const failing = async function* (): AsyncGenerator<string> {
    yield "a";
    throw new Error("not now");
  };
  const [failed, next] = await Promise.allSettled([files.read("x", failing), files.read("y", make)]);
  expect([failed.status, next.status]).toEqual(["rejected", "fulfilled"]);
  await files.read("x", make);
});

test("the oldest leave when all together are too large", async () => {
  const { world, files, make } = open(300); // two of about 140 bytes
  for (const name of ["a", "b", "c", "c", "b"]) await files.read(name, make);
  expect(world.made).toBe(3);
  await files.read("a", make);
  expect(world.made).toBe(4);
});
