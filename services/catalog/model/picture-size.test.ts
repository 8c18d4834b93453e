import { expect, test } from "vitest";
import { pictureFormat, pictureSize } from "./picture-size.ts";

test("there are a handful of widths and two grounds, and nothing between", () => {
  expect(pictureSize("320")).toEqual({ kind: "width", width: 320 });
  expect(pictureSize("share")).toEqual({ kind: "ground", width: 1_200, height: 630 });
  for (const name of ["321", "0320", "320.0", "3e2", "-320", "", "toString", "99999"])
    expect(pictureSize(name)).toBeUndefined();
});

test("the format is AVIF where the client takes it, else WebP; JPEG on a ground", () => {
  const width = pictureSize("320")!;
  expect(pictureFormat(width, "image/avif,image/webp,*/*;q=0.8")).toBe("avif");
  expect(pictureFormat(width, "image/avif;q=0, image/webp")).toBe("webp");
  expect(pictureFormat(width, "*/*")).toBe("webp");
  expect(pictureFormat(pictureSize("square")!, "image/avif")).toBe("jpeg");
});
