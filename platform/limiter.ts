/** Lets at most `limit` pieces of work run at a time; the others wait in line. */
export function limiter(limit: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => line.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = line.shift(); // takes over the place
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
