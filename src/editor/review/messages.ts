/**
 * What the review's two sides say to each other: the panel in the extension host and the page in the webview.
 * Types only; plain data that survives structured cloning. Every text is for people and is shown as text, never as markup.
 */

/** The proposal as the page shows it. */
export interface ReviewView {
  readonly summary: string;
  /** Which connection, who wants it: “pve-home · asked for by an assistant (chat)”. */
  readonly context: string;
  readonly risk: { readonly level: 'low' | 'medium' | 'high' | 'critical'; readonly reasons: readonly ReasonView[] };
  readonly policy: { readonly demand: 'allow' | 'confirm' | 'type-the-name' | 'refuse'; readonly reasons: readonly string[] };
  /** What has to be typed before it runs. */
  readonly confirmation?: string;
  /** In the order in which they run; steps of the same kind together when there are many. */
  readonly groups: readonly StepGroup[];
  readonly safeguards: readonly SafeguardView[];
  readonly interruptions: readonly string[];
  readonly losses: readonly string[];
  readonly capacity: readonly CapacityBar[];
  /** “12.00 → 18.50 EUR a month (+6.50)” */
  readonly cost?: string;
  readonly canRehearse: boolean;
}

export interface ReasonView {
  readonly level: ReviewView['risk']['level'];
  readonly text: string;
}

export interface SafeguardView {
  readonly id: string;
  readonly label: string;
  readonly recommended: boolean;
  /** The policy wants it: it cannot be taken off. */
  readonly required: boolean;
}

export interface StepGroup {
  /** “Start (1,000 steps)”; undefined when the steps stand in the list by themselves. */
  readonly title?: string;
  readonly steps: readonly StepView[];
}

export interface StepView {
  readonly id: string;
  readonly description: string;
  /** Whether something undoes it. */
  readonly reversible: boolean;
  /** It stands here to make another step safe. */
  readonly safeguard: boolean;
  /** What it does at once, for steps that do many things: the resources of a plan. */
  readonly parts?: readonly PartView[];
}

export type PartAction = 'create' | 'update' | 'replace' | 'destroy' | 'import' | 'read' | 'forget';

/** One resource of a plan. Its attributes are asked for when they are to be seen: a plan may have thousands of resources. */
export interface PartView {
  /** Its address: `proxmox_virtual_environment_vm.web`. */
  readonly id: string;
  readonly action: PartAction;
  readonly description: string;
  /** What it means for what runs, gravest first. */
  readonly consequences: readonly ConsequenceView[];
  /** How many attributes there are to be seen. */
  readonly attributes: number;
}

export interface ConsequenceView {
  /** Data is gone afterwards. */
  readonly grave: boolean;
  /** “shut down and started again” */
  readonly tag: string;
  readonly text: string;
}

/** One attribute of a resource, before and after. */
export interface AttributeView {
  readonly path: string;
  /** Absent where there is nothing. */
  readonly before?: ValueView;
  readonly after?: ValueView;
  /** What the change of this attribute means by itself. */
  readonly tag?: string;
}

export interface ValueView {
  readonly text: string;
  /** It is not the value but says something about it: that it is secret, or known only afterwards. */
  readonly note?: boolean;
}

/** One resource of one node or storage, before and after. */
export interface CapacityBar {
  /** “Memory on pve1” */
  readonly label: string;
  /** “3.2 GiB → 5.2 GiB of 32 GiB” */
  readonly text: string;
  /** Parts of the whole, 0 … 1; without a known whole, parts of the larger of the two. */
  readonly before: number;
  readonly after: number;
  /** Whether it fills up to more than 90 %. */
  readonly tight: boolean;
}

export type StepState = 'waiting' | 'sending' | 'running' | 'done' | 'failed' | 'unknown' | 'cancelled' | 'skipped' | 'rolled-back';

/** How far a step is. */
export interface StepStatus {
  readonly id: string;
  readonly state: StepState;
  /** “running, second attempt”: the state in words, with what else is worth saying. */
  readonly text: string;
  readonly error?: string;
  /** Only those that changed. */
  readonly parts?: readonly PartStatus[];
}

/** How far one part of a step is. */
export interface PartStatus {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'unknown' | 'skipped';
  /** “changing, 12 s” */
  readonly text: string;
  readonly error?: string;
}

export type RunState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'rolling-back' | 'rolled-back' | 'left';

export interface RunView {
  readonly state: RunState;
  /** “2 of 3 steps done” */
  readonly text: string;
  /** 0 … 1 */
  readonly progress: number;
  /** What can be done about it now. */
  readonly offers: readonly RunOffer[];
}
export type RunOffer = 'cancel' | 'retry' | 'roll-back' | 'leave' | 'show-log';

/** One step of a dry run: what would be sent. */
export interface RequestView {
  readonly step: string;
  /** `POST /nodes/pve1/qemu/100/status/start` */
  readonly line: string;
  /** `name: value` each, secrets as references. */
  readonly parameters: readonly string[];
}

export interface RehearsedView {
  readonly succeeded: boolean;
  readonly summary: string;
  readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly text: string }[];
  /** What would be different afterwards. */
  readonly afterwards: readonly string[];
}

export type ToPage =
  | { readonly type: 'review'; readonly review: ReviewView }
  | { readonly type: 'run'; readonly run: RunView; /** Only those that changed. */ readonly steps: readonly StepStatus[]; /** Steps that were added by ticked safeguards: the whole list again. */ readonly groups?: readonly StepGroup[] }
  | { readonly type: 'log'; readonly step: string; readonly lines: readonly string[] }
  | { readonly type: 'attributes'; readonly step: string; readonly part: string; readonly attributes: readonly AttributeView[] }
  | { readonly type: 'requests'; readonly requests: readonly RequestView[] }
  | { readonly type: 'rehearsed'; readonly rehearsal: RehearsedView }
  /** Something the page asked for did not work; it can ask again. */
  | { readonly type: 'problem'; readonly title: string; readonly reasons: readonly string[] };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'run'; readonly safeguards: readonly string[]; readonly typed: string }
  | { readonly type: 'attributes'; readonly step: string; readonly part: string }
  | { readonly type: 'dry-run'; readonly safeguards: readonly string[] }
  | { readonly type: 'rehearse'; readonly safeguards: readonly string[] }
  | { readonly type: 'close' }
  | { readonly type: 'offer'; readonly offer: RunOffer };
