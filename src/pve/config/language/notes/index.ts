import type { ConfigKind } from '../../option-check.ts';
import { LXC_NOTES } from './lxc-notes.ts';
import { QEMU_NOTES } from './qemu-notes.ts';

export { propertyNote } from './property-notes.ts';

/** What an option is, in a sentence or two of Markdown. @param name as in the table: families as `net[n]` */
export function optionNote(kind: ConfigKind, name: string): string | undefined {
  const notes = kind === 'qemu' ? QEMU_NOTES : LXC_NOTES;
  return Object.hasOwn(notes, name) ? notes[name] : undefined;
}
