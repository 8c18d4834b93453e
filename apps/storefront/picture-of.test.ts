import { expect, test } from "vitest";
import { outsidePictureOf, pictureOf, thumbnailOf } from "./picture-of.ts";

test("a photograph has widths to choose from", () => {
  const { src, srcset, alt } = pictureOf({ name: "mug.jpg", alt: "A mug" });
  expect([src, alt]).toEqual(["/pictures/640/mug.jpg", "A mug"]);
  expect(srcset!.split(", ")).toEqual(
    [160, 320, 480, 640, 960, 1_280, 1_920].map((width) => `/pictures/${width}/mug.jpg ${width}w`),
  );
  expect(thumbnailOf({ name: "mug.jpg" })).toBe("/pictures/160/mug.jpg");
});

test("a drawing is what it is", () => {
  expect(pictureOf({ name: "mug.svg", alt: "" })).toEqual({ src: "/images/mug.svg", srcset: undefined, alt: "" });
  expect(thumbnailOf({ name: "mug.svg" })).toBe("/images/mug.svg");
});

test("elsewhere anything is a photograph", () => {
  expect(outsidePictureOf("share", { name: "mug.svg" })).toBe("/pictures/share/mug.svg");
});
