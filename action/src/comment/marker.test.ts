import { expect, test } from "@jest/globals";
import { ALL_MODELS, markerLine, markerOf, readMarker } from "./marker.js";

test("reads a marker back from the first line", () => {
  const marker = markerOf("nightly", "fraud/churn");
  expect(readMarker(markerLine(marker))).toEqual(marker);
  expect(readMarker(`${markerLine(marker)}\nmore`)).toEqual(marker);
  expect(readMarker(`${markerLine(marker)}\r\nmore`)).toEqual(marker);
});

test.each([
  ["nothing", ""],
  ["a quotation", `> ${markerLine(markerOf("", undefined))}`],
  ["one further down", `Look:\n${markerLine(markerOf("", undefined))}`],
  ["one with something behind it", `${markerLine(markerOf("", undefined))} Look`],
  ["another action's", "<!-- lob-registry-comment key=x about=y -->"],
])("%s is not a marker", (_, body) => {
  expect(readMarker(body)).toBeUndefined();
});

test("distinguishes uses and models with any names", () => {
  expect(markerOf("", undefined).about).toBe(ALL_MODELS);
  const markers = [
    markerOf("", undefined),
    markerOf("a", undefined),
    markerOf("", "all models"),
    markerOf("", "a/b"),
    markerOf("a", "a/b"),
  ];
  expect(new Set(markers.map(markerLine)).size).toBe(markers.length);
  for (const name of ["--> <img src=x>", "a\nb", "-->".repeat(100)]) {
    expect(markerLine(markerOf(name, name))).toMatch(/^<!-- lob-registry-comment key=[0-9a-f]{16} about=[0-9a-f]{16} -->$/);
  }
});
