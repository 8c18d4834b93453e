import { expect, test } from "vitest";
import { openScaledPictures } from "./scaled-pictures.ts";

function open(mostBytes?: number) {
  const world = { made: 0, atOnce: 0, mostAtOnce: 0 };
  const make = async () => {
    world.made += 1;
    world.mostAtOnce = Math.max(world.mostAtOnce, ++world.atOnce);
    await new Promise(setImmediate);
    world.atOnce -= 1;
    return Buffer.alloc(100);
  };
  return { pictures: openScaledPictures(mostBytes), world, make };
}

test("a picture is made once, two at a time, and who finds many waiting is sent away", async () => {
  const { pictures, world, make } = open();
  const reading = Array.from({ length: 66 }, (_, index) => pictures.read(`${index}`, make));
  const twice = pictures.read("0", make);
  await expect(pictures.read("one more", make)).rejects.toMatchObject({ status: 503 });
  await Promise.all([...reading, twice]);
  expect(world).toEqual({ made: 66, atOnce: 0, mostAtOnce: 2 });
  await pictures.read("0", make);
  expect(world.made).toBe(66);
});

test("one that cannot be made gives its turn to the next, and is tried again", async () => {
  const { pictures, world, make } = open();
  const failing = () => Promise.reject(new Error("no picture"));
  const failed = [1, 2, 3].map((index) => pictures.read(`bad ${index}`, failing));
  const made = pictures.read("good", make);
  expect((await Promise.allSettled(failed)).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await made;
  await pictures.read("bad 1", make);
  expect(world.made).toBe(2);
});

test("the least recently used leave when all together are too large", async () => {
  const { pictures, world, make } = open(250);
  for (const name of ["a", "b", "a", "c"]) await pictures.read(name, make);
  expect(world.made).toBe(3);
  await pictures.read("a", make);
  expect(world.made).toBe(3);
  await pictures.read("b", make);
  expect(world.made).toBe(4);
});
