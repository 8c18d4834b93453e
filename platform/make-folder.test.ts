import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "tradepost-folder-"))));
afterEach(() => rm(root, { recursive: true }));

test("makes what is missing, and says whether it was", async () => {
  const folder = join(root, "a/b/c");
  expect(await makeFolder(folder, 0o700)).toBe(true);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await makeFolder(folder)).toBe(false);
  expect(await makeFolder("/")).toBe(false);
});

test("takes a link to a folder for one", async () => {
  await symlink(root, join(root, "link"));
  expect(await makeFolder(join(root, "link"))).toBe(false);
});

test("fails where a file stands in the way, or a link to nothing", async () => {
  await writeFile(join(root, "file"), "");
  await symlink(join(root, "nowhere"), join(root, "dangling"));
  await expect(makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(root, "file/a/b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await expect(makeFolder(join(root, "dangling/a"))).rejects.toMatchObject({ code: "EEXIST" });
});

// Node's own would not come back.
test.runIf(existsSync("/proc/self"))("fails where there are no other folders than the system's", async () => {
  await expect(makeFolder("/proc/tradepost")).rejects.toThrow(/^(ENOENT|EACCES|EPERM)/);
  await expect(makeFolder("/proc/tradepost/a/b")).rejects.toThrow(/^(ENOENT|EACCES|EPERM)/);
});
