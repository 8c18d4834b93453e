/** What was asked for, or undefined when it fails or is not there after `limitMs`. */
export async function within<Value>(limitMs: number, question: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([question.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
