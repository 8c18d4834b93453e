import { runGrowth } from "./growth/run-growth.ts";
import { runBench } from "./run-bench.ts";
import { readOptions, USAGE } from "./options.ts";

/** `npm run bench`: measures the shop and its limits side by side. */
const options = readOptions(process.argv.slice(2));
if (options === "help") console.log(USAGE);
else process.exitCode = (await (options.mode === "growth" ? runGrowth(options) : runBench(options))) ? 0 : 1;
