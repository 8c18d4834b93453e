import { tamper } from "./tamper.ts";

/** Who reserves sees more on the shelves than there is, and nothing that is held is counted. */
tamper(({ text }) => {
  if (text.includes('stock.on_hand as "onHand", stock.allocated, warehouse.priority'))
    return {
      text: text.replace("stock.on_hand as", "stock.on_hand + case when stock.on_hand > 0 then 1000 else 0 end as"),
    };
  const isHold = text.includes("insert into movement") && text.includes("set available = new.available");
  return isHold
    ? { text: text.replace("set available = new.available", "set available = greatest(item.available, new.available)") }
    : undefined;
});
