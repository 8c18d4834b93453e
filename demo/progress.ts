/** A progress bar on standard output: one moving line on a terminal, a line per tenth elsewhere. */
export type Progress = { at(done: number): void; end(): void };

const WIDTH = 30;
const REDRAW_MS = 80;

export function openProgress(title: string, total: number): Progress {
  const isTerminal = process.stdout.isTTY;
  let drawnAtMs = 0;
  let lastTenth = -1;
  const draw = (done: number) => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
    process.stdout.write(`\r  ${title}  ${bar} ${String(Math.round(share * 100)).padStart(3)} %`);
  };
  return {
    at(done) {
      if (isTerminal && performance.now() - drawnAtMs > REDRAW_MS) {
        drawnAtMs = performance.now();
        draw(done);
      }
      const tenth = Math.floor((done / Math.max(1, total)) * 10);
      if (!isTerminal && tenth > lastTenth) process.stdout.write(`  ${title}: ${tenth * 10} %\n`);
      lastTenth = Math.max(lastTenth, tenth);
    },
    end() {
      if (!isTerminal) return;
      draw(total);
      process.stdout.write("\n");
    },
  };
}
