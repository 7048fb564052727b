export type { AddressAnswer, CloudInitAnswer, ContainerAnswers, CreateAnswers, DiskAnswer, NetworkAnswer, TemplateAnswer, VmAnswers, VmSource } from './answers.ts';
export { check, type Checked, type FieldMessage, type Messages } from './check.ts';
export { type Choices, choicesOf, diskContent, missingAppliances, sourceKind } from './choices.ts';
export { nodeOf, valuesOf } from './defaults.ts';
export type { ApplianceFact, BridgeFact, ClusterFacts, NodeFact, NodeFacts, StorageFact, VolumeFact } from './facts.ts';
export { type Field, type FlagValues, type Given, type GuestType, type TextValues, TO_DOWNLOAD, type Values, withAnswer } from './values.ts';
export { wishesOf } from './wishes.ts';
