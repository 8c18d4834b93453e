import pg from "pg";

/** One question to a database, on a connection of its own. bigint arrives as number. */
export async function askDatabase<Row extends object>(url: string, text: string): Promise<readonly Row[]> {
  return withDatabase(url, (client) => rowsOf<Row>(client, text));
}

export async function rowsOf<Row extends object>(client: pg.Client, text: string): Promise<readonly Row[]> {
  return (await client.query<Row>(text)).rows;
}

export async function withDatabase<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // a server that is killed meanwhile fails the query, too
  client.setTypeParser(pg.types.builtins.INT8, Number);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
