import pg from "pg";
import { StartupProblem } from "./startup-problem.ts";

/** Turns a failed connection to the database at `url`, which the setting of this name told, into a sentence without the password;
 *  other errors come back as they are. */
export function databaseProblem(error: unknown, at: { setting: string; url: string }): unknown {
  const { code = "", message = "" } = error as Partial<NodeJS.ErrnoException>;
  const place = placeOf(at.url);
  const reason = place === undefined ? "is no URL of a PostgreSQL database" : reasonFor(code, message, place);
  return reason === undefined ? error : new StartupProblem(`Setting ${at.setting}: ${reason}.`, { cause: error });
}

type Place = { readonly address: string; readonly host: string; readonly user: string; readonly database: string };

/** What of a URL may be shown; undefined when it cannot be read. */
function placeOf(url: string): Place | undefined {
  try {
    const { host, port, user = "", database = "" } = new pg.Client({ connectionString: url });
    return { address: `${host}:${port}`, host, user, database };
  } catch {
    return undefined;
  }
}

function reasonFor(code: string, message: string, { address, host, user, database }: Place): string | undefined {
  if (/timeout expired|Connection terminated/.test(message)) return `no PostgreSQL answers at ${address}`;
  if (/\bSSL\b/.test(message)) return `the PostgreSQL at ${address} does not encrypt its connections as the URL asks`;
  if (/password must be a string|SASL/.test(message)) return `${address} wants a password of the user “${user}”`;
  switch (code) {
    case "ECONNREFUSED":
    case "ECONNRESET":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `no PostgreSQL answers at ${address}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host called ${host}`;
    case "28P01":
    case "28000":
      return `${address} does not let the user “${user}” in with this password`;
    case "3D000":
      return `there is no database “${database}” at ${address}; create it first`;
    case "42501":
      return `the user “${user}” may not use the database “${database}” at ${address}, or not create tables in it`;
    case "53300":
      return `the PostgreSQL at ${address} has no connection left`;
    default:
      return undefined;
  }
}
