export { type DoorServices, EditorDoor, type OpenedDoor, type Request } from './editor-door.ts';
export { registerPolicyLanguage } from './policy-language.ts';
export { reviewingDoor } from './reviewing-door.ts';
