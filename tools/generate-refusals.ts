import { refuse as general, type RefusalKind } from "#kernel/refusal";
import { refuse as operators } from "#platform/operator-access";
import { refusalsPage, type RefusalGroup } from "./references/refusals-page.ts";
import { readServices } from "./references/services.ts";
import { folderOf } from "../load-service.ts";
import { writeOrCheck } from "./write-or-check.ts";

/** Writes docs/refusals.md from the contracts, the kernel's refusals and those of the operators' port. */
const services = await readServices();
const ofServices = services.map(async ({ name }): Promise<RefusalGroup> => {
  const face = (await import(`../${folderOf(name)}/contract.ts`)) as { refuse?: Readonly<Record<string, RefusalKind>> };
  return { title: name, intro: "", kinds: Object.values(face.refuse ?? {}) };
});
const groups = [
  {
    title: "Every operation",
    intro: "Raised by the platform and the edge; no contract lists them.",
    kinds: Object.values(general),
  },
  ...(await Promise.all(ofServices)),
  {
    title: "Operators",
    intro: "On the operators' port, which no shopper reaches.",
    kinds: Object.values(operators),
  },
];
const { prefix } = services.find(({ edge }) => edge !== undefined)!.edge!;
const contracts = services.map(({ contract }) => contract);
await writeOrCheck("docs/refusals.md", refusalsPage({ groups, contracts, prefix }));
