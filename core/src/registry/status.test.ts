import { describe, expect, test } from "@jest/globals";
import { canBeLatest, isOpen, isPromotable, isReadable, statusCondition, STATUSES, statusesThat, STATUS_NAMES } from "./status.js";

describe("the meaning of statuses", () => {
  test("a version becomes LATEST only if it can be read, and everything readable can be promoted", () => {
    for (const status of STATUS_NAMES) {
      if (canBeLatest({ status })) expect(isReadable({ status })).toBe(true);
      expect(isPromotable({ status })).toBe(isReadable({ status }));
    }
  });

  test("what can still become READY is not readable, and a final status is neither", () => {
    for (const status of STATUS_NAMES) {
      if (isOpen({ status })) expect([STATUSES[status].readable, STATUSES[status].final]).toEqual([false, false]);
      if (STATUSES[status].final) expect([STATUSES[status].readable, STATUSES[status].expectsObject]).toEqual([false, false]);
    }
  });

  test("the index of versions lists exactly what can be read", () => {
    expect(STATUS_NAMES.filter((status) => STATUSES[status].index === "versions")).toEqual(statusesThat("readable"));
    expect(STATUS_NAMES.filter((status) => STATUSES[status].index === "pending")).toEqual(["RESERVED"]);
  });

  test("a condition names each of its statuses", () => {
    expect(statusCondition(statusesThat("open"))).toEqual({
      condition: "(#status = :reserved OR #status = :abandoned)",
      values: { ":reserved": "RESERVED", ":abandoned": "ABANDONED" },
    });
  });
});
