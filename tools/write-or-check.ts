import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Writes a generated file; with `--check` only compares, and ends the process with 1 and the command to run when it differs. */
export async function writeOrCheck(path: string, text: string): Promise<void> {
  const file = join(ROOT, path);
  const isCheck = process.argv.includes("--check");
  const present = await readFile(file, "utf8").catch(() => "");
  if (present === text) return;
  if (isCheck) {
    console.error(`${path} is not what its generator writes. Run: node ${relative(ROOT, process.argv[1] ?? "")}`);
    process.exitCode = 1;
    return;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
