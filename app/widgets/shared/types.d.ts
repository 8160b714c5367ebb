// Shapes that the widgets speak of. Those of the server's views are in payloads.d.ts, made from Python.

import type {
  ChannelsClip as PackedChannelsClip, JointsClip as PackedJointsClip, PackedArray, Payloads } from "./payloads";
import type { Range } from "./range.js";

export type Values = Int16Array | Uint16Array | Int32Array | Float32Array | Uint8Array;

/** An array as arrays.js unpacks it: values row by row. */
export interface NumberArray {
  shape: number[];
  values: Values;
}

/** What the server sent, with every packed array unpacked. */
export type Unpacked<T> = T extends PackedArray
  ? NumberArray
  : T extends (infer Item)[]
    ? Unpacked<Item>[]
    : T extends object
      ? { [Key in keyof T]: Unpacked<T[Key]> }
      : T;

type All = { [Name in keyof Payloads]: Unpacked<Payloads[Name]> };
type OfPanels =
  | "feet"
  | "sweep"
  | "latent"
  | "pipeline"
  | "information"
  | "lattice"
  | "beam"
  | "relabel"
  | "doctor"
  | "dictionary"
  | "entry"
  | "occurrences"
  | "microscope"
  | "compare"
  | "compare_bodies"
  | "tables"
  | "table_rows"
  | "table_check";

/** The latest payload of every view; those of panels are there once the panel was open. */
export type Views = Omit<All, OfPanels> & Partial<Pick<All, OfPanels>>;
export type View<Name extends keyof Payloads> = All[Name];
export type JointsClip = Unpacked<PackedJointsClip>;
export type ChannelsClip = Unpacked<PackedChannelsClip>;
export type Clip = View<"clip">;
export type Alignment = View<"ladder">["alignment"];

export interface Cell {
  layer: number;
  step: number;
}

/** First layer, last layer, first step, last step. */
export type Region = [number, number, number, number];

/** A sentence for the visitor: what was done, what is good to know, or what could not be done. */
export interface Notice {
  text: string;
  kind: "done" | "note" | "refused";
}

/** A body that the page shows by itself in the place of the decoded one: the first layers' alone. */
export interface Preview {
  joints: NumberArray;
  count: number;
}

export interface Clipboard {
  codes: number[][];
  from: string;
}

/** What can be listened to: the server's views, and what the page itself tells. */
export type Events = All & {
  busy: boolean;
  notice: Notice;
  preview: Preview | null;
  page_view: "simple" | "studio";
  repair: boolean;
  range: Range;
  joints: string[];
  picture: string;
  tab: string;
  lessonPanel: true;
  clipboard: Clipboard;
  notes: string;
};
