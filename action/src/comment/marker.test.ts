import { expect, test } from "@jest/globals";
import { ALL_MODELS, markerLine, markerOf, readMarker } from "./marker.js";

test("a marker is read back from the first line", () => {
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
])("%s is none", (_, body) => {
  expect(readMarker(body)).toBeUndefined();
});

test("uses and models are told apart, whatever they are called", () => {
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
