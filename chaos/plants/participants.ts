import { participants, type Participant } from "../../services/orders/participants.ts";

/** What a part is asked for arrives late: the order was given up meanwhile and the part undone. A slow network, or a replica that
 *  was stopped for a while. */
export function arriveLate(name: string, refusal: Awaited<ReturnType<Participant["prepare"]>>): void {
  replace(name, (part) => ({
    ...part,
    prepare: async () => refusal,
    undo: async (order, ctx) => {
      const undone = await part.undo(order, ctx);
      await part.prepare(order, ctx).catch(() => {}); // refused, when the undo left its mark
      return undone;
    },
  }));
}

/** Puts another participant in the place of the one of this name. */
export function replace(name: string, replacement: (part: Participant) => Participant): void {
  const list = participants as Participant[];
  const place = list.findIndex((part) => part.name === name);
  list[place] = replacement(list[place]!);
}
