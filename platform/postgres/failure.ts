import { join } from "node:path";
import type { Home } from "./home.ts";
import { diskFullSentence, StartupProblem } from "../startup-problem.ts";

/** Why PostgreSQL did not start: `kind` for what a repeat can mend, `problem` for the person who waits. */
export type StartFailure = {
  readonly kind: "port-taken" | "stale-pid-file" | "old-backends" | "final";
  readonly problem: StartupProblem;
};

type Known = {
  readonly kind: StartFailure["kind"];
  readonly sign: RegExp;
  sentence(home: Home, reason: string): string;
};

const KNOWN: readonly Known[] = [
  {
    kind: "final",
    sign: /No space left on device|Disk quota exceeded/,
    sentence: (home) => diskFullSentence(home.folder),
  },
  {
    kind: "port-taken",
    sign: /could not bind .*Address already in use|could not create any TCP\/IP sockets/,
    sentence: () => "The port of PostgreSQL is taken by another program. Stop that program, or choose another port.",
  },
  {
    kind: "stale-pid-file",
    sign: /lock file "postmaster\.pid" already exists/,
    sentence: (home) =>
      `Another PostgreSQL runs on ${home.cluster}. Stop it, or set TRADEPOST_DATA_DIR to another folder.`,
  },
  {
    kind: "old-backends",
    sign: /pre-existing shared memory block/,
    sentence: (home) =>
      `Processes of an earlier PostgreSQL still use ${home.cluster}. End them, or restart the machine.`,
  },
  {
    kind: "final",
    sign: /could not look up effective user ID/,
    sentence: () =>
      "PostgreSQL needs a user with a name, and this user has only a number. Add it to /etc/passwd, or start as another user.",
  },
  {
    kind: "final",
    sign: /Cannot allocate memory|could not map anonymous shared memory|could not create shared memory segment/,
    sentence: () =>
      "There is not enough free memory for PostgreSQL, which needs about 300 MB. Close other programs, or add memory.",
  },
  {
    kind: "final",
    sign: /error while loading shared libraries/,
    sentence: (_home, reason) =>
      `PostgreSQL lacks a library of the system: ${reason}. Install it, or give the address of your own PostgreSQL.`,
  },
  {
    kind: "final",
    sign: /could not locate a valid checkpoint record|pg_control|invalid checkpoint|incorrect checksum|is not a database cluster directory|PANIC|invalid page/,
    sentence: (home, reason) =>
      `The database in ${home.cluster} is damaged (${reason}). Restore it from a backup, or move that folder away to begin with an empty shop.`,
  },
];

/** Reads what PostgreSQL or initdb said and finds the sentence for it. */
export function explainFailure(said: string, home: Home): StartFailure {
  const reason = findReason(said);
  const known = KNOWN.find(({ sign }) => sign.test(said));
  const sentence =
    known?.sentence(home, reason) ??
    `PostgreSQL cannot start on ${home.cluster}: ${reason}. More may be in ${join(home.dataDir, "postgres.log")}.`;
  return { kind: known?.kind ?? "final", problem: new StartupProblem(sentence, { cause: new Error(said.trim()) }) };
}

/** The program file itself could not be run. */
export function explainSpawnError(error: unknown, program: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EPERM") {
    return new StartupProblem(
      "PostgreSQL does not run as root and root may not change its user here. Start as another user.",
      { cause: error },
    );
  }
  if (code === "EACCES" || code === "ENOENT" || code === "ENOEXEC") {
    return new StartupProblem(
      `The system does not run ${program} (${code}): the disk may forbid programs, or the system lacks the GNU C library. Give the address of your own PostgreSQL instead.`,
      { cause: error },
    );
  }
  return error;
}

function findReason(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const worst = lines.findLast((line) => /PANIC:|FATAL:/.test(line)) ?? lines.findLast((line) => /error/i.test(line));
  const text = (worst ?? lines.findLast((line) => line !== "") ?? "it gave no reason").replace(
    /^.*?(?:PANIC|FATAL|error): +/,
    "",
  );
  return text.replace(/\.$/, "");
}
