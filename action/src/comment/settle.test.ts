import { beforeEach, describe, expect, test } from "@jest/globals";
import { LobError } from "lob-registry-core";
import type { Conversation, OwnComment, WrittenComment } from "./api.js";
import { markerLine, markerOf, readMarker, type CommentMarker } from "./marker.js";
import { settle, type Comments, type WantedComment } from "./settle.js";

const KEY = markerOf("", undefined).key;
const all = markerOf("", undefined);
const body = (text: string, marker = all): string => `${markerLine(marker)}\n${text}\n`;
const wanted = (text: string, marker: CommentMarker = all, worthNew = true): WantedComment => ({
  marker,
  body: body(text, marker),
  worthNew,
});
const pageOf = (id: number): string => `https://github.com/c/${id}`;

/** A fake of GitHub's comments. */
class Fake implements Comments {
  readonly own: OwnComment[] = [];
  readonly writes: string[] = [];
  /** Runs before the next creation. */
  onCreate: (() => void) | undefined;
  /** Whether the response to the next creation is lost. */
  loses: "before" | "after" | undefined;

  #lastId = 0;
  add(text: string, marker: CommentMarker = all): number {
    const id = ++this.#lastId;
    this.own.push({ id, url: pageOf(id), marker, body: body(text, marker) });
    return id;
  }
  texts(): string[] {
    return this.own.map(({ body: each }) => each.split("\n")[1] ?? "");
  }
  read(): Promise<Conversation> {
    return Promise.resolve({ headSha: "", own: [...this.own] });
  }
  create(text: string): Promise<WrittenComment> {
    this.writes.push("create");
    this.onCreate?.();
    this.onCreate = undefined;
    const lost = this.loses;
    this.loses = undefined;
    if (lost === "before") return Promise.reject(new LobError("LOB2012", "lost"));
    const id = this.add(text.split("\n")[1] ?? "", readMarker(text));
    return lost === "after" ? Promise.reject(new LobError("LOB2012", "lost")) : Promise.resolve({ id, url: pageOf(id) });
  }
  update(id: number, text: string): Promise<WrittenComment | undefined> {
    this.writes.push(`update ${id}`);
    const index = this.own.findIndex((each) => each.id === id);
    if (index < 0) return Promise.resolve(undefined);
    this.own[index] = { ...this.own[index]!, body: text };
    return Promise.resolve({ id, url: pageOf(id) });
  }
  remove(id: number): Promise<void> {
    this.writes.push(`remove ${id}`);
    const index = this.own.findIndex((each) => each.id === id);
    if (index >= 0) this.own.splice(index, 1);
    return Promise.resolve();
  }
}

let github: Fake;
beforeEach(() => void (github = new Fake()));
const settled = async (...each: WantedComment[]) => settle(github, KEY, each, await github.read());

describe("one comment", () => {
  test("is created if there is none", async () => {
    expect(await settled(wanted("new"))).toEqual({ kept: [{ action: "created", id: 1, url: pageOf(1) }], deleted: 0 });
    expect(github.texts()).toEqual(["new"]);
  });

  test("is updated if it differs", async () => {
    github.add("old");
    expect((await settled(wanted("new"))).kept).toEqual([{ action: "updated", id: 1, url: pageOf(1) }]);
    expect(github.texts()).toEqual(["new"]);
  });

  test("stays if it is the same, even if GitHub changed its line endings", async () => {
    github.add("same");
    github.own[0] = { ...github.own[0]!, body: body("same").trimEnd().replaceAll("\n", "\r\n") };
    expect((await settled(wanted("same"))).kept).toEqual([{ action: "unchanged", id: 1, url: pageOf(1) }]);
    expect(github.writes).toEqual([]);
  });

  test("that is not worth creating is still updated", async () => {
    expect((await settled(wanted("new", all, false))).kept).toEqual([{ action: "skipped" }]);
    expect(github.writes).toEqual([]);
    github.add("old");
    expect((await settled(wanted("new", all, false))).kept).toMatchObject([{ action: "updated" }]);
  });

  test("that somebody deletes meanwhile is created again", async () => {
    github.add("old");
    const before = await github.read();
    await github.remove(1);
    github.add("other", markerOf("other", undefined));
    expect((await settle(github, KEY, [wanted("new")], before)).kept).toMatchObject([{ action: "created" }]);
    expect(github.texts()).toEqual(["other", "new"]);
  });

  test("only the oldest of several stays", async () => {
    for (const text of ["first", "second", "third"]) github.add(text);
    expect((await settled(wanted("new"))).kept).toEqual([{ action: "updated", id: 1, url: pageOf(1) }]);
    expect(github.texts()).toEqual(["new"]);
  });

  test("only the oldest that still exists stays", async () => {
    for (const text of ["first", "second", "third"]) github.add(text);
    const before = await github.read();
    await github.remove(1);
    expect((await settle(github, KEY, [wanted("new")], before)).kept).toMatchObject([{ action: "updated", id: 2 }]);
    expect(github.texts()).toEqual(["new"]);
  });
});

test("two jobs that create at the same time leave the older comment with the newer text", async () => {
  github.onCreate = () => void github.add("another job's");
  expect((await settled(wanted("ours"))).kept).toEqual([{ action: "updated", id: 1, url: pageOf(1) }]);
  expect(github.texts()).toEqual(["ours"]);
});

test.each(["before", "after"] as const)("a response lost %s the comment was created leaves one comment", async (loses) => {
  github.loses = loses;
  expect((await settled(wanted("new"))).kept).toMatchObject([{ action: "created" }]);
  expect(github.texts()).toEqual(["new"]);
});

test("does not retry a refused request", async () => {
  github.create = () => Promise.reject(new LobError("LOB2011", "refused"));
  await expect(settled(wanted("new"))).rejects.toThrow("refused");
});

describe("a comment for each model", () => {
  const churn = markerOf("", "fraud/churn");
  const fees = markerOf("", "fraud/fees");

  test("is found by its model; comments about removed models and about all models are deleted", async () => {
    github.add("all");
    github.add("churn", churn);
    github.add("gone", markerOf("", "fraud/gone"));
    expect(await settled(wanted("churn 2", churn), wanted("fees", fees))).toMatchObject({
      kept: [{ action: "updated", id: 2 }, { action: "created" }],
      deleted: 2,
    });
    expect(github.texts()).toEqual(["churn 2", "fees"]);
  });

  test("does not touch another use of the action", async () => {
    github.add("theirs", markerOf("theirs", "fraud/gone"));
    github.add("theirs too", markerOf("theirs", undefined));
    await settled(wanted("ours"));
    expect(github.texts()).toEqual(["theirs", "theirs too", "ours"]);
  });
});
