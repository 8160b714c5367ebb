// Made from app/payloads by `python -m tests.js.payload_types`; do not edit.

/** Exactly one of several shapes; what only the others have is undefined. */
type OneOf<Shapes> = Lacking<Shapes, Shapes extends unknown ? keyof Shapes : never>;
type Lacking<Shape, Key extends PropertyKey> = Shape extends unknown
  ? Shape & { [K in Exclude<Key, keyof Shape>]?: undefined }
  : never;

/** What the page is made of; sent again where other tabs are refused. */
export interface PagePayload {
  tabs: Tab[];
  commands: CommandKinds;
}

/** A tab of the laboratory; its module is widgets/NAME/NAME.js. `refused` says why it has nothing for this clip, and is "" where it has. */
export interface Tab {
  name: string;
  label: string;
  question: string;
  refused: string;
}

/** Names of commands: a later one replaces a waiting earlier one; one that no sentence could be about. */
export interface CommandKinds {
  replaceable: string[];
  silent: string[];
}

export interface LibraryPayload {
  clips: ClipCard[];
  table_rows: RowCard[];
  checkpoints: CheckpointCard[];
  device: string;
  paths_allowed: boolean;
}

export interface ClipCard {
  key: string;
  title: string;
  seconds: number | null;
  width: number;
  trained: boolean | null;
  own: boolean;
}

export interface RowCard {
  key: string;
  title: string;
  seconds: number;
}

export interface CheckpointCard {
  key: string;
  title: string;
  own: boolean;
}

/** The visitor's own files: kept in the browser and given back with `Resume`; a sentence where that is too much. */
export interface OwnFilesPayload {
  files: Record<string, any>;
  too_large: string;
}

export interface SessionPayload {
  clip: string;
  checkpoint: string;
  resume: Resume;
}

/** Enough for another server to take up the work; of its edits the page has the first `kept`. */
export interface Resume {
  state: Record<string, any>;
  kept: number;
  edits: Record<string, any>[];
  panels: string[];
  then: Record<string, any>[];
}

export interface CheckpointPayload {
  key: string;
  title: string;
  licence: string;
  num_quantizers: number;
  num_embeddings: number;
  own: boolean;
  remarks: string[];
  order: PackedArray;
}

/** An array as `app.payloads.arrays.pack` makes it. */
export interface PackedArray {
  dtype: "i16" | "u16" | "i32" | "f32" | "u8";
  shape: number[];
  scale: number;
  data: string;
  origin?: PackedArray;
  columns?: Columns;
}

/** What each column of a packed array is scaled by, and its middle, which unpacking adds. */
export interface Columns {
  scale: PackedArray;
  middle: PackedArray;
}

export interface JointsClip {
  key: string;
  title: string;
  trained: boolean | null;
  own: boolean;
  recorded: boolean;
  reference: string;
  source: string;
  licence: string;
  fps: number;
  frames: number;
  seconds: number;
  width: number;
  ratio: number;
  steps: number;
  tokens: PackedArray;
  parts: "joints";
  joint_names: string[];
  skeleton: Skeleton;
  joints: PackedArray;
}

/** `facing` is right hip, left hip, right shoulder, left shoulder; `mannequin` says whether the first joints are HumanML3D's 22, `described` whether it was found or described, and not known by its layout. */
export interface Skeleton {
  parents: number[];
  facing: number[] | null;
  mannequin: boolean;
  described: boolean;
  limbs: JointGroup[];
  close_ups: JointGroup[];
}

export interface JointGroup {
  title: string;
  joints: number[];
}

export interface ChannelsClip {
  key: string;
  title: string;
  trained: boolean | null;
  own: boolean;
  recorded: boolean;
  reference: string;
  source: string;
  licence: string;
  fps: number;
  frames: number;
  seconds: number;
  width: number;
  ratio: number;
  steps: number;
  tokens: PackedArray;
  parts: "channels";
  channel_names: string[];
  groups: ChannelGroup[];
  channels: PackedArray;
  mean: PackedArray;
  std: PackedArray;
  shown_as_channels: string;
}

export interface ChannelGroup {
  title: string;
  first: number;
  stop: number;
}

export type ClipPayload = OneOf<JointsClip | ChannelsClip>;

export interface NoSkeleton {
  number: number;
  file: "";
}

export interface MappedSkeleton {
  number: number;
  file: string;
  clip: string | null;
  names: string[];
  joints: MappedJoint[];
  words: string;
  by_shape: boolean;
}

export interface MappedJoint {
  joint: string;
  source: string | null;
  by_name: string | null;
  needed: boolean;
}

export type SkeletonPayload = OneOf<NoSkeleton | MappedSkeleton>;

export interface TokensPayload {
  codes: PackedArray;
  layers: boolean[];
  off: "nothing" | "average";
  bits_per_step: number;
  steps_per_second: number;
  bits_per_second: number;
}

export interface JointsReconstruction {
  frames: number[];
  mean_error: number;
  unit: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  fps: number;
  joints: PackedArray;
  tail: Tail | null;
  error_frames: number[];
  errors: PackedArray;
  joint_mm: number[];
}

export interface Tail {
  turn: number;
  from: number[];
  to: number[];
}

export interface ChannelsReconstruction {
  frames: number[];
  mean_error: number;
  unit: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  fps: number;
  channels: PackedArray;
  channel_errors: PackedArray;
  group_errors: number[];
}

export type ReconstructionPayload = OneOf<JointsReconstruction | ChannelsReconstruction>;

export interface NoB {
  words: "";
}

export interface JointsB {
  words: string;
  frames: number[];
  joints: PackedArray;
  tail: Tail | null;
  joint_mm: number[];
  mean_error: number;
}

export interface ChannelsB {
  words: string;
  frames: number[];
  channels: PackedArray;
  channel_errors: PackedArray;
  group_errors: number[];
  mean_error: number;
}

export type ComparedPayload = OneOf<NoB | JointsB | ChannelsB>;

/** All edits but the first `kept`, which the page has already. */
export interface EditsPayload {
  kept: number;
  edits: DoneEdit[];
  can_undo: boolean;
  can_redo: boolean;
  both: boolean;
}

export interface DoneEdit {
  kind: string;
  words: string;
  repair: boolean;
}

export interface NoCell {
  layer: null;
}

export interface Cell {
  layer: number;
  step: number;
  code: number;
  original: number;
  distance: number | null;
  residual: number;
  next: CodeAt[];
}

export interface CodeAt {
  code: number;
  distance: number;
}

export type CellPayload = OneOf<NoCell | Cell>;

export interface NoEdit {
  words: "";
}

export interface NothingMoved {
  words: string;
  frames: null;
}

export interface JointsMoved {
  words: string;
  frames: number[];
  pose_mm: PackedArray;
  pose_max_mm: number;
  pose_max_joint: number;
  pose_max_frame: number;
  path_mm: PackedArray;
  path_end_mm: number;
  turn_end_degrees: number;
}

export interface ChannelsMoved {
  words: string;
  frames: number[];
  moved: PackedArray;
  moved_max: number;
  moved_max_raw: number;
  moved_max_channel: number;
  moved_max_frame: number;
}

export type EditEffectPayload = OneOf<NoEdit | NothingMoved | JointsMoved | ChannelsMoved>;

/** Empty where there are no joints. */
export interface FeetPayload {
  joints?: string[];
  standing?: PackedArray;
  standing_made?: PackedArray;
  standing_b?: PackedArray | null;
  agreement?: number;
  slide_mm_s?: FootSlides;
}

export interface FootSlides {
  original: (number | null)[];
  made: (number | null)[];
  b?: (number | null)[];
}

/** `groups` of a skeleton with hands or a face, empty for others; `weighted` where a weight is not 1. */
export interface LadderPayload {
  errors: number[];
  groups: GroupErrors[];
  weighted: number[];
  unit: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
}

/** `weight` is that of each of its joints in the weighted error, as the visitor says. */
export interface GroupErrors {
  title: string;
  errors: number[];
  joints: number;
  weight: number;
}

/** Joints after the first 1, 2, … layers, and their errors; none of long clips, or without joints. */
export interface SweepPayload {
  bodies: PackedArray[];
  errors: number[];
}

export interface LatentPayload {
  steps: number;
  first: number;
  latent: PackedArray;
  bones: number[][];
  decoded_from: number[][];
}

export interface PipelinePayload {
  steps: number;
  first: number;
  walk: PackedArray;
  length: PackedArray;
  added: PackedArray;
}

export interface DatasetPayload {
  choices: Choice[];
  key: string;
  title: string;
  analysed: Analysed | null;
  needs_analysis: boolean;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
}

export interface Choice {
  key: string;
  title: string;
}

export interface Analysed {
  clips: number;
  frames: number;
  steps: number;
}

export interface CodebookPayload {
  clip: string;
  checkpoint: string;
  num_quantizers: number;
  num_embeddings: number;
  estimator: string;
  codebooks: CodebookFacts[];
  norms: PackedArray;
  clip_use: CodeUse;
  data_use: CodeUse | null;
  data: string;
}

export interface CodebookFacts {
  layer: number;
  zero_norm: number;
  duplicates: number;
  least_norm: number;
  median_norm: number;
  largest_norm: number;
}

export interface CodeUse {
  rows: LayerUse[];
  counts: PackedArray;
  energies: number[] | null;
}

export interface LayerUse {
  tokens: number;
  plugin_bits: number;
  miller_madow_bits: number;
  corrected_bits: number;
  reliable: boolean;
  reason: string;
  layer: number;
  used: number;
  never_used: number;
  perplexity: number;
}

export interface InformationPayload {
  clip: string;
  checkpoint: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  fps: number;
  num_quantizers: number;
  num_embeddings: number;
  steps_per_second: number;
  estimator: string;
  of: InformationParts;
}

export interface InformationParts {
  clip: InformationOf;
  data: InformationOf;
}

export interface InformationOf {
  title: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  result: InformationResult | null;
  only_counts?: boolean;
}

export interface InformationResult {
  clips: number;
  frames: number;
  steps: number;
  layers: LayerEntropy[];
  between_layers: BetweenLayers[];
  between_steps: BetweenSteps[];
  curves: EntropyCurve[];
  information_curves: InformationCurve[];
  rate_distortion: RatePoint[];
}

export interface LayerEntropy {
  tokens: number;
  plugin_bits: number;
  miller_madow_bits: number;
  corrected_bits: number;
  reliable: boolean;
  reason: string;
  layer: number;
  nominal_bits: number;
}

export interface BetweenLayers {
  pairs: number;
  plugin_bits: number;
  corrected_bits: number;
  null_bits: number;
  null_std_bits: number;
  p_value: number;
  excess_bits: number;
  reliable: boolean;
  reason: string;
  first: number;
  second: number;
}

export interface BetweenSteps {
  pairs: number;
  plugin_bits: number;
  corrected_bits: number;
  null_bits: number;
  null_std_bits: number;
  p_value: number;
  excess_bits: number;
  reliable: boolean;
  reason: string;
  layer: number;
}

export interface EntropyCurve {
  sizes: number[];
  plugin_bits: number[];
  corrected_bits: number[];
  corrected_std_bits: number[];
}

export interface InformationCurve {
  layer: number;
  sizes: number[];
  corrected_bits: number[];
  null_bits: number[];
}

export interface RatePoint {
  layers: number;
  nominal: number;
  entropy: number;
  mm: number;
}

export interface DoctorPayload {
  checkpoints: Examined[];
  shown: string;
  report: DoctorReport | null;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  layout: string;
  fps: number;
}

export interface Examined {
  key: string;
  title: string;
  own: boolean;
  status: 0 | 1 | 2 | null;
}

export interface DoctorReport {
  subject: string;
  facts: Record<string, string>;
  findings: DoctorFinding[];
  measurements: Measurements;
  not_examined: string[];
  readable: boolean;
  remedy: DoctorRemedy | null;
  verdict: string;
  status: 0 | 1 | 2;
}

export interface DoctorFinding {
  check: string;
  where: string;
  message: string;
  advice: string;
  severity: "sick" | "note";
}

/** Of the first k layers; empty where nothing was measured. `layout` and `fps` where joints are known. */
export interface Measurements {
  layout?: string;
  fps?: number;
  clips?: number;
  frames?: number;
  unexplained?: number[];
  residual_share?: number[];
  token_agreement?: number[];
  used?: number[];
  error_mm?: number[];
  mean_pose_mm?: number;
  whole_error_mm?: number;
  whole_mean_pose_mm?: number;
  cycle?: number;
  shaking?: number;
}

/** A repaired copy that can be opened: what was done, and the error on the clips before and after. */
export interface DoctorRemedy {
  words: string;
  error_before: number;
  error_after: number;
  unit: string;
}

/** On the workbench's checkpoint; the status is None, and words "", before the doctor has seen it. */
export interface VerdictPayload {
  key: string;
  status: 0 | 1 | 2 | null;
  words: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
}

/** `all_mm` and `single` come with the subsets. */
export interface LatticePayload {
  clip: string;
  checkpoint: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  fps: number;
  num_quantizers: number;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  subsets: Subset[] | null;
  trained_on_prefixes: boolean;
  all_mm?: number;
  single?: LayerWorth[];
}

export interface Subset {
  layers: number[];
  mm: number;
  is_prefix: boolean;
}

export interface LayerWorth {
  layer: number;
  alone_mm: number;
  without_mm: number | null;
  cost_mm: number | null;
}

export interface BeamPayload {
  clip: string;
  checkpoint: string;
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  fps: number;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  tokens: number;
  widths: number[];
  rows: BeamRow[] | null;
}

export interface BeamRow {
  width: number;
  latent_error: number;
  mm: number;
  changed: number;
  changed_by_layer: number[];
}

export interface DictionaryPayload {
  reading: "not yet" | "open" | "done" | "stopped";
  clips: number;
  layer: number;
  num_layers: number;
  num_codes: number;
  points: PackedArray;
  explained: number[];
  counts: PackedArray;
  counted_over: "clips" | "data set";
}

export interface EntryPayload {
  layer: number;
  code: number;
  norm: number;
  near: CodeAt[];
  clips: number;
  occurrences: number;
  fps: number;
  ratio: number;
  needs_joints: string;
  average: AverageMotion | null;
  effect: CodeEffect | null;
}

export interface AverageMotion {
  joints: PackedArray;
  first: number;
  spread_mm: number;
}

export interface CodeEffect {
  with_code: PackedArray;
  without: PackedArray;
  distances_mm: PackedArray;
  first: number;
  joint_mm: number[];
  mean_mm: number;
  path_mm: number;
  decoded: number;
}

export interface OccurrencesPayload {
  layer: number;
  code: number;
  seconds_per_step: number;
  clips: number;
  places: Places[];
}

export interface Places {
  clip: string;
  title: string;
  steps: number[];
}

export interface MicroscopePayload {
  step: number;
  seconds: number;
  frames: number[];
  energies: number[];
  identity_error: number;
  residuals: PackedArray;
  codes: PackedArray;
  sum: PackedArray;
  choices: LayerChoice[];
  planes: WalkPlane[];
}

export interface LayerChoice {
  code: number;
  original: number;
  on: boolean;
  distance: number | null;
  runners_up: CodeAt[];
}

export interface WalkPlane {
  explained: number[];
  residual_shares: number[];
  latent: number[];
  sums: number[][];
  runners_up: number[][][];
}

export interface RelabelPayload {
  clip: string;
  checkpoint: string;
  num_quantizers: number;
  num_embeddings: number;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  relabelling: Relabelling;
  result: Relabelled | null;
}

export interface Relabelling {
  how: string;
  seed: number;
  layer: number | null;
}

/** Pairs: as it was, and relabelled. */
export interface Relabelled {
  tokens: PackedArray[];
  entropy_bits: number[][];
  pairs: number[][];
  information_bits: number[][];
  correlation: (((number | null)[])[])[];
  motion_difference: number;
  unit: string;
  encodes_alike: boolean;
  renamed: number;
}

export interface LessonsPayload {
  list: LessonName[];
  glossary: Term[];
}

export interface LessonName {
  key: string;
  number: number;
  title: string;
  minutes: number;
}

export interface Term {
  term: string;
  symbol: string;
  meaning: string;
}

export interface NoLesson {
  open: false;
}

export interface OpenLesson {
  open: true;
  key: string;
  number: number;
  title: string;
  why: string;
  shows: string[];
  sources: Source[];
  unfit: "";
  question: Question | null;
  answer: string | null;
  said: string;
  picture: SnapPicture | null;
  steps: LessonStep[];
  outcome: Outcome | null;
}

export interface Source {
  short: string;
  authors: string;
  title: string;
  year: number;
  arxiv: string;
  doi: string;
}

export interface Question {
  text: string;
  options: Option[];
  unit: string;
}

export interface Option {
  key: string;
  label: string;
}

export interface SnapPicture {
  kind: "snap";
  codes: number[];
  places: number[][];
  point: number[];
  open: boolean;
}

export interface LessonStep {
  text: string;
  done: boolean;
  now: string;
  show: ShowPart | null;
  actions: Action[];
}

export interface ShowPart {
  part: string;
  tab: string;
  picture: string;
  layer: number | null;
  step: number | null;
}

export interface Action {
  label: string;
  move: string;
  value: any;
}

export interface Outcome {
  right: boolean | null;
  verdict: string;
  sentences: string[];
  tables: LessonTable[];
  formulas: Formula[];
  score: number | null;
}

export interface LessonTable {
  caption: string;
  head: string[];
  rows: LessonRow[];
}

export interface LessonRow {
  cells: string[];
  share: number | null;
  remark: string;
}

export interface Formula {
  math: string;
  says: string;
  gives: string;
}

/** Says why the lesson makes no sense on the present clip and checkpoint, and offers some that do. */
export interface UnfitLesson {
  open: true;
  key: string;
  number: number;
  title: string;
  why: string;
  shows: string[];
  sources: Source[];
  unfit: string;
  offer: LessonOffer | null;
}

export interface LessonOffer {
  label: string;
  clip: string;
  checkpoint: string;
}

export type LessonPayload = OneOf<NoLesson | OpenLesson | UnfitLesson>;

export interface ComparePayload {
  candidates: Candidate[];
  most: number;
  over: string;
  overs: Choice[];
  held_out_of: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  result: Comparison | null;
}

export interface Candidate {
  key: string;
  title: string;
  chosen: boolean;
}

export interface Comparison {
  clips: number;
  frames: number;
  fps: number;
  timed_frames: number;
  device: string;
  contestants: Compared[];
}

export interface Compared {
  title: string;
  refusal: string;
  layout: string;
  features: string;
  fps: number;
  layers: number;
  codes: number;
  frames_a_token: number;
  parameters: number;
  bytes: number | null;
  scores: Scores | null;
}

export interface Scores {
  milliseconds: number;
  points: ScoredRate[];
  used: number[];
  perplexity: number[];
  tokens: number[];
}

export interface ScoredRate {
  nominal: number;
  entropy: number;
  local: number;
  root: number;
  global: number;
}

/** `shades` are the tokens' colours, 0 to 255; `differs` marks those that are not the first body's, None where codes have other numbers. */
export interface CompareBodiesPayload {
  bones: number[][];
  alignment: "local" | "root" | "global" | "raw" | "standardised";
  frames: number;
  bodies: ComparedBody[];
}

export interface ComparedBody {
  title: string;
  joints: PackedArray;
  errors: PackedArray;
  shades: PackedArray;
  differs: PackedArray | null;
}

export interface ReportedPayload {
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  repeats: number;
  fps: number;
  rows: Reported[];
}

/** MPJPE in mm of all layers, root-aligned: over whole clips, and as MoMask reports it; one clip has no interval. */
export interface Reported {
  title: string;
  problem: string;
  clips: number;
  ours: number | null;
  ours_interval: number[] | null;
  taken: number;
  theirs: number | null;
  confidence: number | null;
  theirs_interval: number[] | null;
}

export interface NothingMeasured {
  batch: null;
}

/** Errors are of the first 1 … Q layers; the interval is of the mean with all of them, over clips. */
export interface Measured {
  batch: string;
  title: string;
  checkpoint: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  complete: boolean;
  clips: number;
  frames: number;
  fps: number;
  alignments: string[];
  alignment: string;
  unit: string;
  order: string;
  mean: number[];
  interval: number[] | null;
  page: number;
  pages: number;
  first: number;
  rows: MeasuredRow[];
  failed: number;
  failures: NotMeasured[];
}

export interface MeasuredRow {
  index: number;
  name: string;
  frames: number;
  errors: number[];
  used: number[];
  bits: number;
  slide: number[] | null;
  remarks: string;
}

export interface NotMeasured {
  name: string;
  reason: string;
}

export type ManyPayload = OneOf<NothingMeasured | Measured>;

export interface TablesPayload {
  tables: Choice[];
  shown: string | null;
  rows: number;
  layers: number;
  edited: number;
  unsaved: boolean;
  remarks: string[];
  open_row: OpenRow | null;
  awaited: string;
}

export interface OpenRow {
  table: string;
  index: number;
  words: string;
}

export interface NoRows {
  table: null;
  rows: TableRow[];
}

export interface TableRow {
  index: number;
  number: number;
  id: string;
  words: string;
  edited: boolean;
  found: boolean;
  problem: string;
  layers?: number;
  steps: number | null;
  frames: number | null;
  codes: string;
}

export interface Rows {
  table: string;
  text: string;
  which: string;
  page: number;
  pages: number;
  first: number;
  matching: number;
  of: number;
  fps: number;
  rows: TableRow[];
}

export type TableRowsPayload = OneOf<NoRows | Rows>;

export interface NoCheck {
  state: null;
  findings: TableFinding[];
}

export interface TableFinding {
  number: number;
  row: number | null;
  column: string | null;
  problem: string;
  wrong: boolean;
  leads: boolean;
}

export interface Check {
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  stale: boolean;
  against: string;
  ids: number | null;
  wrong: number;
  suspicious: number;
  rows: number;
  page: number;
  pages: number;
  first: number;
  findings: TableFinding[];
}

export type TableCheckPayload = OneOf<NoCheck | Check>;

/** Two tables against each other; agreement and damage by layer are means over the rows. */
export interface TablePairsPayload {
  predicted: string;
  true: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | null;
  done: boolean;
  unit: string;
  alignment: string;
  fps: number;
  only_predicted: number;
  only_true: number;
  agreement: number[];
  damage: number[];
  page: number;
  pages: number;
  first: number;
  matching: number;
  rows: TablePair[];
}

/** A row of both tables: the share of each layer's true tokens that agree, and what the others cost. */
export interface TablePair {
  true: number;
  id: string;
  problem: string;
  deleted: number;
  inserted: number;
  agreement: number[];
  damage: number[];
  damage_all: number | null;
}

export interface Nothing {
  number: number;
  kind: "";
}

export interface Link {
  number: number;
  kind: "link";
  text: string;
}

/** Python for the clipboard. */
export interface Code {
  number: number;
  kind: "code";
  text: string;
}

/** Its content is `text`, `base64`, or at an `address` of this server. */
export interface FileToSave {
  number: number;
  kind: "file";
  name: string;
  text?: string;
  base64?: string;
  address?: string;
  type?: string;
}

export interface Restored {
  number: number;
  kind: "restored";
  joints: string[];
  time: number;
  picture: string;
  tab: string;
  notes?: string;
}

export interface TabToOpen {
  number: number;
  kind: "tab";
  tab: string;
}

/** A row of a table is on the workbench; a layer, perhaps a step of it, is to be selected. */
export interface RowToOpen {
  number: number;
  kind: "row";
  tab: string;
  layer: number | null;
  step: number | null;
}

/** Something to agree to: a button, the command that it gives, perhaps the body that it is about. */
export interface Offer {
  number: number;
  kind: "offer";
  words: string;
  label: string;
  command: Record<string, any>;
  figure?: Figure;
}

/** A body in one frame: joints (1, J, 3) and the pairs of them that bones join. */
export interface Figure {
  joints: PackedArray;
  bones: number[][];
}

export type NotificationPayload = OneOf<Nothing | Link | Code | FileToSave | Restored | TabToOpen | RowToOpen | Offer>;

export interface JobsPayload {
  jobs: Record<string, JobNews>;
}

export interface JobNews {
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  share: number;
  words: string;
  order: number | string | null;
}

export interface Payloads {
  page: PagePayload;
  library: LibraryPayload;
  own_files: OwnFilesPayload;
  session: SessionPayload;
  checkpoint: CheckpointPayload;
  clip: ClipPayload;
  skeleton: SkeletonPayload;
  tokens: TokensPayload;
  reconstruction: ReconstructionPayload;
  compared: ComparedPayload;
  edits: EditsPayload;
  cell: CellPayload;
  edit_effect: EditEffectPayload;
  feet: FeetPayload;
  ladder: LadderPayload;
  sweep: SweepPayload;
  latent: LatentPayload;
  pipeline: PipelinePayload;
  dataset: DatasetPayload;
  codebook: CodebookPayload;
  information: InformationPayload;
  doctor: DoctorPayload;
  verdict: VerdictPayload;
  lattice: LatticePayload;
  beam: BeamPayload;
  dictionary: DictionaryPayload;
  entry: EntryPayload;
  occurrences: OccurrencesPayload;
  microscope: MicroscopePayload;
  relabel: RelabelPayload;
  lessons: LessonsPayload;
  lesson: LessonPayload;
  compare: ComparePayload;
  compare_bodies: CompareBodiesPayload;
  reported: ReportedPayload;
  many: ManyPayload;
  tables: TablesPayload;
  table_rows: TableRowsPayload;
  table_check: TableCheckPayload;
  table_pairs: TablePairsPayload;
  notification: NotificationPayload;
  jobs: JobsPayload;
}
